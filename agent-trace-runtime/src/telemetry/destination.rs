//! Where an arm of telemetry goes, and how: decided before anything is built.
#![cfg_attr(
    not(all(feature = "__push", feature = "otlp-file", feature = "tls")),
    allow(dead_code, reason = "what is switched off would read it")
)]

use std::path::PathBuf;
use std::time::Duration;

use opentelemetry_sdk::metrics::Temporality;

use super::arm::Kind;
use super::description::Source;
use super::environment::{Environment, Exporter, Said, Variable};
use super::error::{InstallError, shown};
#[cfg(feature = "__push")]
use super::export::Format;
use super::settings::{Compression, Exporting, Headers, Protocol, Rotation};
use super::tls::Tls;

/// A receiver with what is needed to reach it, all of it provided by enabled features.
#[derive(Debug)]
pub(super) struct Destination {
    pub(super) exporter: Exporter,
    /// Of the exporter or the back end.
    pub(super) name: &'static str,
    /// How many of this name are before it.
    pub(super) place: usize,
    /// The address that requests are sent to, or the file that is written.
    pub(super) endpoint: String,
    pub(super) route: Route,
    #[cfg(feature = "__push")]
    pub(super) format: Format,
    pub(super) compression: Option<Compression>,
    pub(super) headers: Headers,
    /// For one attempt.
    pub(super) timeout: Duration,
    pub(super) tls: Tls,
    pub(super) temporality: Option<Temporality>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Route {
    Http,
    Grpc,
    File(Rotation),
}

/// The specification's default for one export.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

impl Destination {
    /// Over OTLP. The builder's settings go before the environment's. `None` where no endpoint is known, unless one is
    /// asked for: then it is this machine's.
    pub(super) fn otlp(
        environment: &Environment,
        exporting: &Exporting,
        kind: Kind,
        is_asked: bool,
    ) -> Result<Option<Self>, InstallError> {
        let protocol = match exporting.protocol {
            Some(protocol) => Some(Said::by_builder(protocol)),
            None => environment.protocol(kind)?,
        };
        let known = known_endpoint(environment, exporting, kind, protocol.as_ref())?;
        let (Said { value: endpoint, source }, is_whole) = match known {
            Some(known) => known,
            None if is_asked => {
                let is_grpc = protocol.as_ref().is_some_and(|said| said.value == Protocol::Grpc);
                let port = if is_grpc { 4317 } else { 4318 };
                (Said::by_default(format!("http://localhost:{port}")), false)
            }
            None => return Ok(None),
        };
        let subject = kind.name();
        let protocol = protocol.unwrap_or_else(|| Said::by_default(by_port(&endpoint)));
        let endpoint = match protocol.value {
            Protocol::HttpProtobuf | Protocol::HttpJson if !is_whole => with_path(&endpoint, kind),
            _ => endpoint,
        };
        environment.note(subject, "endpoint", &shown(&endpoint), &source);
        environment.note(subject, "protocol", &protocol.value, &protocol.source);
        let compression = match exporting.compression {
            Some(compression) => Said::by_builder(Some(compression)),
            None => environment.compression(kind)?.unwrap_or(Said::by_default(None)),
        };
        let name = Compression::name(compression.value);
        environment.note(subject, "compression", &name, &compression.source);
        let headers = headers(environment, exporting, kind)?;
        let timeout = match exporting.timeout {
            Some(timeout) => Said::by_builder(timeout),
            None => environment.timeout(kind)?.unwrap_or(Said::by_default(DEFAULT_TIMEOUT)),
        };
        environment.note(subject, "timeout", &format_args!("{:?}", timeout.value), &timeout.source);
        let tls = Tls::resolve(environment, exporting, kind, &endpoint)?;
        let setting = match &source {
            Source::Builder => "endpoint".to_owned(),
            other => other.to_string(),
        };
        require_features(&setting, &endpoint, protocol.value, compression.value)?;
        Ok(Some(Self {
            exporter: Exporter::Otlp,
            name: Exporter::Otlp.name(),
            place: 0,
            endpoint,
            route: match protocol.value {
                Protocol::Grpc => Route::Grpc,
                Protocol::HttpProtobuf | Protocol::HttpJson => Route::Http,
            },
            #[cfg(feature = "__push")]
            format: match protocol.value {
                Protocol::HttpJson => Format::Json,
                Protocol::Grpc | Protocol::HttpProtobuf => Format::Protobuf,
            },
            compression: compression.value,
            headers,
            timeout: timeout.value,
            tls,
            temporality: exporting.temporality,
        }))
    }

    /// As metrics name it.
    pub(super) fn transport_name(&self) -> &'static str {
        match (self.exporter, self.route) {
            (Exporter::Zipkin, _) => "zipkin_http",
            (_, Route::File(_)) => "otlp_file",
            (_, Route::Grpc) => "otlp_grpc",
            #[cfg(feature = "__push")]
            (_, Route::Http) if self.format == Format::Json => "otlp_http_json",
            (_, Route::Http) => "otlp_http",
        }
    }

    /// To Zipkin, in its own format.
    pub(super) fn zipkin(
        environment: &Environment,
        exporting: &Exporting,
    ) -> Result<Self, InstallError> {
        require(cfg!(feature = "zipkin"), "zipkin", || "the exporter for Zipkin".to_owned())?;
        let of_variable = || {
            environment.read(
                "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
                "no address like http://host:9411/api/v2/spans",
                |text| is_url(text).then(|| text.to_owned()),
            )
        };
        let default = "http://localhost:9411/api/v2/spans".to_owned();
        let of_builder = exporting.zipkin.clone();
        if let Some(endpoint) = &of_builder {
            check_url("zipkin", endpoint)?;
        }
        let said = match of_builder {
            Some(endpoint) => Said::by_builder(endpoint),
            None => of_variable()?.unwrap_or(Said::by_default(default)),
        };
        environment.note("spans", "zipkin endpoint", &shown(&said.value), &said.source);
        let endpoint = said.value;
        let timeout = environment.milliseconds("OTEL_EXPORTER_ZIPKIN_TIMEOUT")?;
        require(!endpoint.starts_with("https://") || cfg!(feature = "tls"), "tls", || {
            shown(&endpoint)
        })?;
        let tls = Tls::resolve(environment, exporting, Kind::Spans, &endpoint)?;
        Ok(Self {
            exporter: Exporter::Zipkin,
            name: Exporter::Zipkin.name(),
            place: 0,
            endpoint,
            route: Route::Http,
            #[cfg(feature = "zipkin")]
            format: Format::Zipkin,
            #[cfg(all(feature = "__push", not(feature = "zipkin")))]
            format: Format::Json,
            compression: None,
            headers: Vec::new(),
            timeout: timeout.map_or(DEFAULT_TIMEOUT, |said| said.value),
            tls,
            temporality: None,
        })
    }

    /// Into a file of a folder.
    pub(super) fn file(
        environment: &Environment,
        exporting: &Exporting,
        kind: Kind,
    ) -> Result<Self, InstallError> {
        const NAME: &str = "AGENT_TRACE_FILE_DIRECTORY";
        require(cfg!(feature = "otlp-file"), "otlp-file", || "the exporter into files".to_owned())?;
        let of_variable = || environment.read(NAME, "", |text| Some(text.to_owned()));
        let of_builder = exporting.file.as_ref().map(|path| path.display().to_string());
        let default = "telemetry".to_owned();
        let folder = environment.choose(kind.name(), "folder", of_builder, of_variable, default)?;
        let name = format!("{}.jsonl", kind.word());
        Ok(Self {
            exporter: Exporter::File,
            name: Exporter::File.name(),
            place: 0,
            endpoint: PathBuf::from(folder).join(name).display().to_string(),
            route: Route::File(exporting.rotation),
            #[cfg(feature = "__push")]
            format: Format::Protobuf,
            compression: None,
            headers: Vec::new(),
            timeout: DEFAULT_TIMEOUT,
            tls: Tls::default(),
            temporality: None,
        })
    }
}

/// The endpoint that somebody has named, and whether it is used as it is.
fn known_endpoint(
    environment: &Environment,
    exporting: &Exporting,
    kind: Kind,
    protocol: Option<&Said<Protocol>>,
) -> Result<Option<(Said<String>, bool)>, InstallError> {
    if let Some(endpoint) = &exporting.endpoint {
        let endpoint = endpoint.trim().to_owned();
        check_url("endpoint", &endpoint)?;
        return Ok(Some((Said::by_builder(endpoint), false)));
    }
    let Some((variable, is_whole)) = environment.endpoint(kind)? else { return Ok(None) };
    let mut value = variable.value.clone();
    if !value.contains("://") && protocol.is_some_and(|said| said.value == Protocol::Grpc) {
        // Over gRPC, a host and a port are enough.
        let scheme = if environment.is_insecure(kind)? { "http" } else { "https" };
        value = format!("{scheme}://{value}");
    }
    if !is_url(&value) {
        let masked = Variable { value: shown(&value), ..variable };
        environment.wrong(&masked, WHAT_ELSE)?;
        return Ok(None);
    }
    Ok(Some((Said { value, source: Source::Variable(variable.name) }, is_whole)))
}

/// The builder's headers, or the variable's. Of each, only the name is told. One of a variable may be a key for one of
/// several back ends, and is none's.
fn headers(
    environment: &Environment,
    exporting: &Exporting,
    kind: Kind,
) -> Result<Headers, InstallError> {
    let said = if exporting.headers.is_empty() {
        environment.headers(kind)?
    } else {
        Some(Said::by_builder(exporting.headers.clone()))
    };
    let Some(Said { value: headers, source }) = said else { return Ok(Vec::new()) };
    if let ([_, _, ..], Source::Variable(name)) = (&*exporting.backends, &source) {
        let masked = Variable { name: name.clone(), value: "***".to_owned() };
        environment.wrong(
            &masked,
            "meant for one of several back ends: `Backend::header` says for which",
        )?;
        return Ok(Vec::new());
    }
    for (name, _) in &headers {
        environment.note(kind.name(), "header", &format_args!("{name}=***"), &source);
    }
    Ok(headers)
}

const WHAT_ELSE: &str =
    "no endpoint: one begins with http:// or https:// and names a host, like http://localhost:4318";

/// Whether it is an address: `http` or `https`, a host, and a port that can be one.
fn is_url(endpoint: &str) -> bool {
    let Some((scheme, rest)) = endpoint.split_once("://") else { return false };
    let is_http = ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    let (host, port) = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) if host.parse::<std::net::Ipv6Addr>().is_ok() => (host, port),
        Some(_) => return false,
        None => place.split_at(place.find(':').unwrap_or(place.len())),
    };
    let is_port = port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    let is_host = !host.is_empty() && !host.contains(['[', ']']);
    is_http && is_host && is_port && !endpoint.contains(char::is_whitespace)
}

/// The address of a signal below a general one.
fn with_path(endpoint: &str, kind: Kind) -> String {
    let (base, query) = endpoint.split_at(endpoint.find('?').unwrap_or(endpoint.len()));
    format!("{}/v1/{}{query}", base.trim_end_matches('/'), kind.word())
}

fn check_url(setting: &str, endpoint: &str) -> Result<(), InstallError> {
    if is_url(endpoint) {
        return Ok(());
    }
    Err(InstallError::InvalidSetting {
        setting: setting.to_owned(),
        value: shown(endpoint),
        reason: format!("this is {WHAT_ELSE}"),
    })
}

/// 4317 is registered for OTLP over gRPC; the specification's default is `http/protobuf`.
pub(super) fn by_port(endpoint: &str) -> Protocol {
    let authority = endpoint.split('/').nth(2).unwrap_or_default();
    if authority.ends_with(":4317") { Protocol::Grpc } else { Protocol::HttpProtobuf }
}

fn require_features(
    setting: &str,
    endpoint: &str,
    protocol: Protocol,
    compression: Option<Compression>,
) -> Result<(), InstallError> {
    let (feature, is_on) = match protocol {
        Protocol::Grpc => ("otlp-grpc", cfg!(feature = "otlp-grpc")),
        Protocol::HttpProtobuf | Protocol::HttpJson => ("otlp-http", cfg!(feature = "otlp-http")),
    };
    let place = shown(endpoint);
    require(is_on, feature, || format!("the protocol {protocol} of {place} ({setting})"))?;
    require(!endpoint.starts_with("https://") || cfg!(feature = "tls"), "tls", || {
        format!("{place} ({setting})")
    })?;
    require(compression != Some(Compression::Zstd) || cfg!(feature = "zstd"), "zstd", || {
        "zstd compression".to_owned()
    })
}

pub(super) fn require(
    is_on: bool,
    feature: &'static str,
    asked: impl FnOnce() -> String,
) -> Result<(), InstallError> {
    if is_on { Ok(()) } else { Err(InstallError::FeatureDisabled { asked: asked(), feature }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_4317_is_grpc_and_any_other_is_http() {
        assert_eq!(by_port("http://collector:4317"), Protocol::Grpc);
        assert_eq!(by_port("http://collector:4317/"), Protocol::Grpc);
        assert_eq!(by_port("http://collector:4318"), Protocol::HttpProtobuf);
        assert_eq!(by_port("https://api.example.com/otlp:4317"), Protocol::HttpProtobuf);
    }

    #[test]
    fn endpoints_are_urls_with_a_host() {
        assert!(check_url("endpoint", "http://localhost:4318").is_ok());
        for wrong in ["localhost:4317", "http://", "https:///v1/traces", "ftp://host", ""] {
            let error = check_url("endpoint", wrong).map_err(|error| error.to_string());
            assert!(error.is_err_and(|text| text.contains("http://localhost:4318")), "{wrong}");
        }
    }

    /// Runs with each set of features that is checked, and so sees each of them off.
    #[test]
    fn what_is_switched_off_is_an_error_that_names_the_feature() {
        let asks: [(&str, bool, Protocol, Option<Compression>, &str); 4] = [
            ("otlp-grpc", cfg!(feature = "otlp-grpc"), Protocol::Grpc, None, "http://host"),
            ("otlp-http", cfg!(feature = "otlp-http"), Protocol::HttpJson, None, "http://host"),
            ("tls", cfg!(feature = "tls"), Protocol::Grpc, None, "https://host"),
            (
                "zstd",
                cfg!(feature = "zstd"),
                Protocol::Grpc,
                Some(Compression::Zstd),
                "http://host",
            ),
        ];
        for (feature, is_on, protocol, compression, endpoint) in asks {
            // Without gRPC, that is what is said first.
            let is_masked = feature != "otlp-http" && !cfg!(feature = "otlp-grpc");
            let expected = if is_masked { "otlp-grpc" } else { feature };
            match require_features("endpoint", endpoint, protocol, compression) {
                Ok(()) => assert!(is_on, "{feature}"),
                Err(InstallError::FeatureDisabled { feature: named, .. }) => {
                    assert_eq!(named, expected);
                }
                Err(other) => panic!("{other}"),
            }
        }
    }
}

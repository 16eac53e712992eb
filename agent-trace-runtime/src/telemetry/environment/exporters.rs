//! Which exporters there are, and how they reach their receivers.

use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;

use super::super::arm::Kind;
use super::super::error::InstallError;
use super::super::settings::{Compression, Exporting, Headers, Protocol};
#[cfg(feature = "__push")]
use super::super::settings::{DEFAULT_SPOOL_BYTES, SpoolSettings};
use super::{Environment, Said, Variable, truth};
use crate::telemetry::description::Source;

const LOCALHOST: &str = "localhost";
/// The specification's.
const PROMETHEUS_PORT: u16 = 9464;

/// What an arm of telemetry goes out by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Exporter {
    Otlp,
    Console,
    Zipkin,
    Prometheus,
    File,
}

impl Exporter {
    pub(in super::super) const fn name(self) -> &'static str {
        match self {
            Self::Otlp => "otlp",
            Self::Console => "console",
            Self::Zipkin => "zipkin",
            Self::Prometheus => "prometheus",
            Self::File => "otlp/file",
        }
    }

    /// What the variable of an arm may name. `none` says that there is no exporter.
    const fn words(kind: Kind) -> &'static [(&'static str, Option<Self>)] {
        const OTLP: (&str, Option<Exporter>) = ("otlp", Some(Exporter::Otlp));
        const CONSOLE: (&str, Option<Exporter>) = ("console", Some(Exporter::Console));
        const FILE: (&str, Option<Exporter>) = ("otlp/file", Some(Exporter::File));
        const NONE: (&str, Option<Exporter>) = ("none", None);
        match kind {
            Kind::Spans => &[OTLP, CONSOLE, ("zipkin", Some(Exporter::Zipkin)), FILE, NONE],
            Kind::Metrics => {
                &[OTLP, CONSOLE, ("prometheus", Some(Exporter::Prometheus)), FILE, NONE]
            }
            Kind::Events => &[OTLP, CONSOLE, FILE, NONE],
        }
    }
}

/// What variables call an arm.
const fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Spans => "TRACES",
        Kind::Metrics => "METRICS",
        Kind::Events => "LOGS",
    }
}

impl Environment {
    /// The exporters that the variable of an arm names.
    pub(in super::super) fn exporters(
        &self,
        kind: Kind,
    ) -> Result<Option<Said<Vec<Exporter>>>, InstallError> {
        self.known_words(&format!("OTEL_{}_EXPORTER", word(kind)), Exporter::words(kind))
    }

    /// What a variable of OTLP says of this arm, by its name: its own goes before that of all.
    fn otlp_name(&self, kind: Kind, setting: &str) -> Result<String, InstallError> {
        let own = format!("OTEL_EXPORTER_OTLP_{}_{setting}", word(kind));
        Ok(match self.variable(&own)? {
            Some(_) => own,
            None => format!("OTEL_EXPORTER_OTLP_{setting}"),
        })
    }

    /// An endpoint, and whether it is the arm's own: such a one is used as it is.
    pub(in super::super) fn endpoint(
        &self,
        kind: Kind,
    ) -> Result<Option<(Variable, bool)>, InstallError> {
        let found = self.variable(&self.otlp_name(kind, "ENDPOINT")?)?;
        Ok(found.map(|variable| {
            let is_whole = variable.name.contains(word(kind));
            (variable, is_whole)
        }))
    }

    /// The protocol, where a variable names one.
    pub(in super::super) fn protocol(
        &self,
        kind: Kind,
    ) -> Result<Option<Said<Protocol>>, InstallError> {
        let name = self.otlp_name(kind, "PROTOCOL")?;
        self.read(&name, "none of grpc, http/protobuf, http/json", Protocol::parse)
    }

    /// The compression, where a variable names one, or none.
    pub(in super::super) fn compression(
        &self,
        kind: Kind,
    ) -> Result<Option<Said<Option<Compression>>>, InstallError> {
        let name = self.otlp_name(kind, "COMPRESSION")?;
        self.read(&name, "none of none, gzip, zstd", |value| {
            match value.to_ascii_lowercase().as_str() {
                "none" => Some(None),
                "gzip" => Some(Some(Compression::Gzip)),
                "zstd" => Some(Some(Compression::Zstd)),
                _ => None,
            }
        })
    }

    /// How long one export may take, where a variable says it.
    pub(in super::super) fn timeout(
        &self,
        kind: Kind,
    ) -> Result<Option<Said<Duration>>, InstallError> {
        self.milliseconds(&self.otlp_name(kind, "TIMEOUT")?)
    }

    /// Where Prometheus finds the metrics.
    pub(in super::super) fn prometheus(
        &self,
        exporting: &Exporting,
    ) -> Result<String, InstallError> {
        let of_variables = || {
            let host = self.variable("OTEL_EXPORTER_PROMETHEUS_HOST")?;
            let port =
                self.read("OTEL_EXPORTER_PROMETHEUS_PORT", "no number of a port", |text| {
                    text.parse::<u16>().ok()
                })?;
            let source = match (&host, &port) {
                (Some(host), _) => Source::Variable(host.name.clone()),
                (None, Some(port)) => port.source.clone(),
                (None, None) => return Ok(None),
            };
            let host = host.map_or_else(|| LOCALHOST.to_owned(), |host| host.value);
            let port = port.map_or(PROMETHEUS_PORT, |port| port.value);
            Ok(Some(Said { value: format!("{host}:{port}"), source }))
        };
        let default = format!("{LOCALHOST}:{PROMETHEUS_PORT}");
        let of_builder = exporting.prometheus.clone();
        self.choose("metrics", "address", of_builder, of_variables, default)
    }

    /// Where batches wait that cannot be delivered; `None` where nobody names a folder.
    #[cfg(feature = "__push")]
    pub(in super::super) fn spool(
        &self,
        exporting: &Exporting,
    ) -> Result<Option<SpoolSettings>, InstallError> {
        let said = match &exporting.spool {
            Some(directory) => Some(Said::by_builder(directory.clone())),
            None => self.variable("AGENT_TRACE_SPOOL_DIRECTORY")?.map(|found| Said {
                value: PathBuf::from(found.value),
                source: Source::Variable(found.name),
            }),
        };
        let Some(Said { value: directory, source }) = said else { return Ok(None) };
        self.note("spool", "directory", &directory.display(), &source);
        let parse = |text: &str| text.parse().ok().filter(|bytes| *bytes > 0);
        let bytes = self.choose(
            "spool",
            "bytes",
            exporting.spool_bytes,
            || self.read("AGENT_TRACE_SPOOL_BYTES", "no number above 0", parse),
            DEFAULT_SPOOL_BYTES,
        )?;
        let syncs = self.flag("spool", "sync", exporting.spool_syncs, "AGENT_TRACE_SPOOL_SYNC")?;
        Ok(Some(SpoolSettings { directory, bytes: bytes as u64, syncs }))
    }

    /// Whether an endpoint without a scheme is reached without TLS.
    pub(in super::super) fn is_insecure(&self, kind: Kind) -> Result<bool, InstallError> {
        let name = self.otlp_name(kind, "INSECURE")?;
        let said = self.read(&name, "none of true, false", truth)?;
        Ok(said.is_some_and(|said| said.value))
    }

    /// The path of a file in PEM: `CERTIFICATE`, `CLIENT_KEY`, `CLIENT_CERTIFICATE`.
    pub(in super::super) fn pem(
        &self,
        kind: Kind,
        setting: &str,
    ) -> Result<Option<Said<PathBuf>>, InstallError> {
        let found = self.variable(&self.otlp_name(kind, setting)?)?;
        Ok(found.map(|Variable { name, value }| Said {
            value: PathBuf::from(value),
            source: Source::Variable(name),
        }))
    }

    /// The headers of all requests: `key=value,…`, with what is not allowed in them as `%20`.
    pub(in super::super) fn headers(
        &self,
        kind: Kind,
    ) -> Result<Option<Said<Headers>>, InstallError> {
        let Some(variable) = self.variable(&self.otlp_name(kind, "HEADERS")?)? else {
            return Ok(None);
        };
        let mut headers = Vec::new();
        for pair in variable.value.split(',').filter(|pair| !pair.trim().is_empty()) {
            let parts = pair.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
            let decoded = parts.and_then(|(name, value)| {
                let value = percent_decode_str(value).decode_utf8().ok()?;
                is_header(name, &value).then(|| (name.to_owned(), value.into_owned()))
            });
            match decoded {
                Some(header) => headers.push(header),
                None => {
                    // What it holds may be a key.
                    let masked = Variable { name: variable.name.clone(), value: "***".to_owned() };
                    self.wrong(&masked, "no list like name=value,name=value in one of its parts")?;
                }
            }
        }
        Ok(Some(Said { value: headers, source: Source::Variable(variable.name) }))
    }
}

/// Whether these can be a header of HTTP, and an entry of gRPC's metadata.
fn is_header(name: &str, value: &str) -> bool {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let is_of_value = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    !name.is_empty() && name.bytes().all(is_of_name) && value.bytes().all(is_of_value)
}

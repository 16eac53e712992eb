//! A signal on its way to a receiver, and by what names its settings can be changed.

use std::time::Duration;

use http::Uri;
use http::uri::Authority;

use super::super::arm::Kind;
use super::super::description::{Description, Source};
use super::super::destination::{Destination, Route};
use super::super::environment::Exporter;
use super::super::error::without_credentials;
use super::super::settings::Compression;
use super::network::{Place, proxy_of};

/// The longest that a receiver is waited for.
const LONGEST: Duration = Duration::from_secs(10);

/// One signal to one destination.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) kind: Kind,
    pub(super) exporter: Exporter,
    pub(super) route: Route,
    /// Without a password.
    pub(super) endpoint: String,
    /// The host and the port, or the file.
    pub(super) authority: String,
    /// What is connected to: the receiver, or a proxy before it; `None` of a file.
    pub(super) place: Option<Place>,
    pub(super) compression: Option<Compression>,
    /// The names of the headers that are sent.
    pub(super) headers: Vec<String>,
    pub(super) patience: Duration,
    protocol: &'static str,
    settings: Description,
}

impl Case {
    pub(super) fn new(kind: Kind, destination: &Destination, settings: &Description) -> Self {
        let endpoint = without_credentials(&destination.endpoint);
        let address = match destination.route {
            Route::File(_) => None,
            Route::Http | Route::Grpc => destination.endpoint.parse::<Uri>().ok(),
        };
        let place = address.as_ref().and_then(|uri| match destination.route {
            Route::Http => proxy_of(uri).or_else(|| Place::of(uri)),
            _ => Place::of(uri),
        });
        let authority = address.as_ref().and_then(Uri::authority).map(Authority::as_str);
        let authority = authority.map(|known| known.rsplit('@').next().unwrap_or(known).to_owned());
        Self {
            kind,
            exporter: destination.exporter,
            route: destination.route,
            authority: authority.unwrap_or_else(|| endpoint.clone()),
            endpoint,
            place,
            compression: destination.compression,
            headers: destination.headers.iter().map(|(name, _)| name.clone()).collect(),
            patience: destination.timeout.min(LONGEST),
            protocol: match destination.transport_name() {
                "otlp_grpc" => "grpc",
                "otlp_http_json" => "http/json",
                "otlp_http" => "http/protobuf",
                "zipkin_http" => "zipkin",
                _ => "file",
            },
            settings: settings.clone(),
        }
    }

    /// The receiver and its protocol, as they are the same for all signals.
    pub(super) fn where_to(&self) -> String {
        match self.route {
            Route::File(_) => self.endpoint.clone(),
            Route::Http | Route::Grpc => {
                let scheme = if self.is_tls() { "https" } else { "http" };
                format!("{scheme}://{} ({})", self.authority, self.protocol)
            }
        }
    }

    pub(super) fn is_grpc(&self) -> bool {
        matches!(self.route, Route::Grpc)
    }

    /// What a body is written as.
    pub(super) fn format(&self) -> &'static str {
        match self.protocol {
            "http/json" | "zipkin" => "JSON",
            _ => "protobuf",
        }
    }

    pub(super) fn is_json(&self) -> bool {
        self.protocol == "http/json"
    }

    pub(super) fn is_tls(&self) -> bool {
        self.endpoint.starts_with("https://")
    }

    pub(super) fn path(&self) -> &str {
        let rest = self.endpoint.split_once("://").map_or("", |(_, rest)| rest);
        rest.find('/').map_or("/", |start| &rest[start..])
    }

    /// `/v1/traces`, of which the specification has one for each signal.
    pub(super) fn expected_path(&self) -> String {
        format!("/v1/{}", self.kind.word())
    }

    /// What names the endpoint.
    pub(super) fn endpoint_setting(&self) -> String {
        if self.exporter == Exporter::Zipkin {
            return self.setting("zipkin endpoint", "zipkin", "OTEL_EXPORTER_ZIPKIN_ENDPOINT");
        }
        self.setting("endpoint", "endpoint", "OTEL_EXPORTER_OTLP_ENDPOINT")
    }

    pub(super) fn protocol_setting(&self) -> String {
        self.setting("protocol", "protocol", "OTEL_EXPORTER_OTLP_PROTOCOL")
    }

    pub(super) fn header_setting(&self) -> String {
        self.setting("header", "header", "OTEL_EXPORTER_OTLP_HEADERS")
    }

    pub(super) fn timeout_setting(&self) -> String {
        self.setting("timeout", "timeout", "OTEL_EXPORTER_OTLP_TIMEOUT")
    }

    pub(super) fn compression_setting(&self) -> String {
        self.setting("compression", "compression", "OTEL_EXPORTER_OTLP_COMPRESSION")
    }

    pub(super) fn certificate_setting(&self) -> String {
        self.setting("certificate", "certificate", "OTEL_EXPORTER_OTLP_CERTIFICATE")
    }

    /// The variable that names the exporters of this signal.
    pub(super) fn exporter_variable(&self) -> String {
        format!("OTEL_{}_EXPORTER", self.kind.word().to_ascii_uppercase())
    }

    /// Whether the endpoint is that of this signal alone, which is used as it is.
    pub(super) fn has_own_endpoint(&self) -> bool {
        let own = format!("OTEL_EXPORTER_OTLP_{}_ENDPOINT", self.kind.word().to_ascii_uppercase());
        self.endpoint_setting() == own
    }

    /// Where a setting comes from is where it is changed.
    fn setting(&self, setting: &str, method: &str, variable: &str) -> String {
        match self.settings.source(self.kind.name(), setting) {
            Some(Source::Builder) => format!("`.{method}(…)` in code"),
            Some(Source::Variable(name)) => name.clone(),
            Some(Source::Default) | None => variable.to_owned(),
        }
    }
}

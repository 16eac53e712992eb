//! A receiver of OTLP by its name: where it listens, what it takes, and what it wants to be told.

mod recipes;

use std::fmt;

use opentelemetry::KeyValue;
use opentelemetry_sdk::metrics::Temporality;

use super::arm::Kind;
use super::destination::by_port;
use super::error::{InstallError, without_credentials};
use super::settings::{Exporting, Headers, Protocol};
use crate::propagation::Propagator;

/// A receiver of OTLP, with all that it wants to be told: the address, the protocol, headers with keys, and which of
/// spans, metrics and log events it takes. [`TelemetryBuilder::backend`](crate::TelemetryBuilder::backend) sends
/// telemetry there.
///
/// Addresses are those that the receivers listen at, without `/v1/traces` and its like, which are added.
///
/// | constructor | traces | metrics | log events |
/// |---|---|---|---|
/// | [`collector`](Self::collector) | yes | yes | yes |
/// | [`jaeger`](Self::jaeger), [`tempo`](Self::tempo) | yes | | |
/// | [`loki`](Self::loki) | | | yes |
/// | [`prometheus`](Self::prometheus) | | yes | |
/// | [`grafana_cloud`](Self::grafana_cloud) | yes | yes | yes |
/// | [`honeycomb`](Self::honeycomb) | yes | yes | yes |
/// | [`elastic`](Self::elastic) | yes | yes | yes |
/// | [`xray`](Self::xray) | yes | | |
/// | [`google_cloud_trace`](Self::google_cloud_trace) | yes | | |
/// | [`langfuse`](Self::langfuse) | yes | | |
/// | [`phoenix`](Self::phoenix) | yes | | |
/// | [`mlflow`](Self::mlflow) | yes | | |
///
/// Those that do not take OTLP have a method of the builder: [`zipkin`](crate::TelemetryBuilder::zipkin),
/// [`prometheus`](crate::TelemetryBuilder::prometheus) for metrics that are fetched, and
/// [`file`](crate::TelemetryBuilder::file).
///
/// # Examples
///
/// ```no_run
/// use agent_trace_runtime::{Backend, Telemetry};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let telemetry = Telemetry::builder()
///     .service_name("support")
///     .backend(Backend::collector("http://otel-collector:4317"))
///     .backend(Backend::phoenix("http://phoenix:6006", "support"))
///     .install()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "telemetry goes there once the builder is given it"]
pub struct Backend {
    name: &'static str,
    endpoint: String,
    /// By the endpoint's port, where the receiver takes all of them.
    protocol: Option<Protocol>,
    headers: Headers,
    kinds: &'static [Kind],
    pub(super) resource: Vec<KeyValue>,
    pub(super) propagators: Option<&'static [Propagator]>,
    /// Whether it reads the attributes of OpenInference, and not all of the conventions'.
    pub(super) openinference: bool,
    /// Whether it wants the time in the ids of traces.
    pub(super) timed_trace_ids: bool,
    temporality: Option<Temporality>,
}

impl Backend {
    /// Another address: of another region, of a server of your own.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::Backend;
    ///
    /// let european = Backend::honeycomb("a key").endpoint("https://api.eu1.honeycomb.io");
    /// ```
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = endpoint.into();
        self
    }

    /// Another protocol than the one that is known to work.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::{Backend, Protocol};
    ///
    /// let collector = Backend::collector("https://otel.example.com").protocol(Protocol::Grpc);
    /// ```
    pub const fn protocol(mut self, protocol: Protocol) -> Self {
        self.protocol = Some(protocol);
        self
    }

    /// A header more, or in the place of the one of this name.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::Backend;
    ///
    /// let tempo = Backend::tempo("http://tempo:4318").header("X-Scope-OrgID", "agents");
    /// ```
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers = with_header(self.headers, name.into(), value.into());
        self
    }

    /// How errors, counts and descriptions call it.
    pub(super) const fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn takes(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// The settings by which it is reached: what the builder says itself goes before what this does.
    pub(super) fn settings(&self, of_builder: &Exporting) -> Exporting {
        let endpoint = of_builder.endpoint.as_ref().unwrap_or(&self.endpoint).trim().to_owned();
        let protocol = of_builder.protocol.or(self.protocol).unwrap_or_else(|| by_port(&endpoint));
        let headers = of_builder.headers.iter().cloned();
        let headers =
            headers.fold(self.headers.clone(), |all, (name, value)| with_header(all, name, value));
        Exporting {
            endpoint: Some(endpoint),
            protocol: Some(protocol),
            headers,
            temporality: self.temporality,
            ..of_builder.clone()
        }
    }
}

fn with_header(mut headers: Headers, name: String, value: String) -> Headers {
    headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
    headers.push((name, value));
    headers
}

/// What is said of one receiver must not reach another: a header may be a key.
pub(super) fn check(exporting: &Exporting) -> Result<(), InstallError> {
    let [_, _, ..] = &*exporting.backends else { return Ok(()) };
    let Exporting { endpoint, protocol, headers, .. } = exporting;
    let said = [
        ("endpoint", endpoint.as_deref().map(without_credentials)),
        ("protocol", protocol.map(|protocol| protocol.to_string())),
        ("header", headers.first().map(|(name, _)| name.clone())),
    ];
    for (setting, value) in said {
        if let Some(value) = value {
            return Err(InstallError::InvalidSetting {
                setting: setting.to_owned(),
                value,
                reason: format!(
                    "it is not known which of the back ends this is meant for: `Backend::{setting}` says it of one"
                ),
            });
        }
    }
    Ok(())
}

impl fmt::Debug for Backend {
    /// Leaves out the values of headers, which hold keys.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        formatter
            .debug_struct("Backend")
            .field("name", &self.name)
            .field("endpoint", &without_credentials(&self.endpoint))
            .field("protocol", &self.protocol)
            .field("headers", &headers)
            .field("takes", &self.kinds)
            .field("resource", &self.resource)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_protocol_is_by_the_port_where_a_receiver_takes_both() {
        let protocol = |backend: Backend| backend.settings(&Exporting::default()).protocol;
        assert_eq!(protocol(Backend::jaeger("http://jaeger:4317")), Some(Protocol::Grpc));
        assert_eq!(protocol(Backend::phoenix("http://a:6006", "b")), Some(Protocol::HttpProtobuf));
        // Also of the address that the builder names.
        let of_builder =
            Exporting { endpoint: Some("http://other:4317".to_owned()), ..Exporting::default() };
        let settings = Backend::tempo("http://tempo:4318").settings(&of_builder);
        assert_eq!(settings.protocol, Some(Protocol::Grpc));
        let settings = Backend::mlflow("http://mlflow:5000", "7").settings(&of_builder);
        assert_eq!(settings.protocol, Some(Protocol::HttpProtobuf));
    }

    #[test]
    fn nothing_that_is_printed_holds_a_key() {
        let backends = [
            Backend::honeycomb("secret"),
            Backend::elastic("https://user:secret@elastic.example.com", "secret"),
            Backend::langfuse("https://cloud.langfuse.com", "secret", "secret"),
            Backend::google_cloud_trace("project", "secret"),
        ];
        for backend in backends {
            let builder = crate::Telemetry::builder().backend(backend.clone());
            for printed in [format!("{backend:?}"), format!("{builder:?}")] {
                assert!(!printed.contains("secret"), "{printed}");
                assert!(!printed.contains("c2VjcmV0"), "{printed}");
                assert!(printed.contains(backend.name), "{printed}");
            }
        }
    }
}

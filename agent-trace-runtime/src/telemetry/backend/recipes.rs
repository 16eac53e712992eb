//! What each receiver wants to be told, by the documentation of those who make it.

use opentelemetry::KeyValue;
use opentelemetry_sdk::metrics::Temporality;

use super::super::arm::Kind;
use super::super::settings::Protocol;
use super::Backend;
use crate::content::base64;
use crate::propagation::Propagator;

const ALL: &[Kind] = &[Kind::Spans, Kind::Metrics, Kind::Events];
const TRACES: &[Kind] = &[Kind::Spans];

impl Backend {
    fn new(name: &'static str, endpoint: impl Into<String>, kinds: &'static [Kind]) -> Self {
        Self {
            name,
            endpoint: endpoint.into(),
            protocol: None,
            headers: Vec::new(),
            kinds,
            resource: Vec::new(),
            propagators: None,
            openinference: false,
            timed_trace_ids: false,
            temporality: None,
        }
    }

    /// One that takes OTLP over HTTP only, at a path below its own address.
    fn over_http(name: &'static str, host: &str, path: &str, kinds: &'static [Kind]) -> Self {
        let host = host.trim().trim_end_matches('/');
        Self::new(name, format!("{host}{path}"), kinds).protocol(Protocol::HttpProtobuf)
    }

    /// An OpenTelemetry Collector, or anything else that takes all of OTLP: over gRPC on port 4317, over HTTP on any other.
    ///
    /// # Examples
    ///
    /// ```
    /// let backend = agent_trace_runtime::Backend::collector("http://otel-collector:4317");
    /// ```
    pub fn collector(endpoint: impl Into<String>) -> Self {
        Self::new("collector", endpoint, ALL)
    }

    /// Jaeger, which takes traces: over gRPC on port 4317, over HTTP on port 4318.
    ///
    /// # Examples
    ///
    /// ```
    /// let backend = agent_trace_runtime::Backend::jaeger("http://jaeger:4317");
    /// ```
    pub fn jaeger(endpoint: impl Into<String>) -> Self {
        Self::new("jaeger", endpoint, TRACES)
    }

    /// Grafana Tempo, which takes traces: over gRPC on port 4317, over HTTP on port 4318.
    ///
    /// # Examples
    ///
    /// ```
    /// let backend = agent_trace_runtime::Backend::tempo("http://tempo:4317");
    /// ```
    pub fn tempo(endpoint: impl Into<String>) -> Self {
        Self::new("tempo", endpoint, TRACES)
    }

    /// Grafana Loki, which takes log events, below its address at `/otlp`.
    ///
    /// # Examples
    ///
    /// ```
    /// let backend = agent_trace_runtime::Backend::loki("http://loki:3100");
    /// ```
    pub fn loki(host: impl AsRef<str>) -> Self {
        Self::over_http("loki", host.as_ref(), "/otlp", &[Kind::Events])
    }

    /// The OTLP receiver of Prometheus, which takes metrics, below its address at `/api/v1/otlp`. Prometheus has it
    /// switched on by `--web.enable-otlp-receiver`. For metrics that Prometheus fetches:
    /// [`TelemetryBuilder::prometheus`](crate::TelemetryBuilder::prometheus).
    ///
    /// # Examples
    ///
    /// ```
    /// let backend = agent_trace_runtime::Backend::prometheus("http://prometheus:9090");
    /// ```
    pub fn prometheus(host: impl AsRef<str>) -> Self {
        Self {
            // It takes no others where nobody has changed that.
            temporality: Some(Temporality::Cumulative),
            ..Self::over_http("prometheus", host.as_ref(), "/api/v1/otlp", &[Kind::Metrics])
        }
    }

    /// Grafana Cloud, by the address, the number of the instance and the token that its page on OpenTelemetry shows.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::Backend;
    ///
    /// let endpoint = "https://otlp-gateway-prod-eu-west-2.grafana.net/otlp";
    /// let backend = Backend::grafana_cloud(endpoint, "123456", "a token");
    /// ```
    pub fn grafana_cloud(
        endpoint: impl AsRef<str>,
        instance: impl AsRef<str>,
        token: impl AsRef<str>,
    ) -> Self {
        Self::over_http("grafana-cloud", endpoint.as_ref(), "", ALL)
            .header("Authorization", basic(instance.as_ref(), token.as_ref()))
    }

    /// Honeycomb, by an API key of the environment.
    ///
    /// # Examples
    ///
    /// ```
    /// let backend = agent_trace_runtime::Backend::honeycomb("a key");
    /// ```
    pub fn honeycomb(key: impl Into<String>) -> Self {
        Self::over_http("honeycomb", "https://api.honeycomb.io", "", ALL)
            .header("x-honeycomb-team", key)
    }

    /// Elastic, by the address of its managed OTLP endpoint, or of an APM server, and an API key. Metrics are sent as
    /// what has come since the last time, since not all versions take histograms otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::Backend;
    ///
    /// let endpoint = "https://support.ingest.eu-west-1.aws.elastic.cloud";
    /// let backend = Backend::elastic(endpoint, "a key");
    /// ```
    pub fn elastic(endpoint: impl AsRef<str>, key: impl AsRef<str>) -> Self {
        Self {
            temporality: Some(Temporality::Delta),
            ..Self::over_http("elastic", endpoint.as_ref(), "", ALL)
        }
        .header("Authorization", format!("ApiKey {}", key.as_ref()))
    }

    /// AWS X-Ray, by a collector that signs its requests: an OpenTelemetry Collector, AWS's distribution of it, or the
    /// CloudWatch agent. Contexts travel in AWS's header as well, and ids of traces begin with the time.
    ///
    /// # Examples
    ///
    /// ```
    /// let backend = agent_trace_runtime::Backend::xray("http://localhost:4317");
    /// ```
    pub fn xray(collector: impl Into<String>) -> Self {
        Self {
            // The last one is asked first.
            propagators: Some(&[Propagator::XRay, Propagator::TraceContext, Propagator::Baggage]),
            timed_trace_ids: true,
            ..Self::new("xray", collector, TRACES)
        }
    }

    /// Google Cloud Trace, by the id of the project and an access token, which Google lets expire within an hour or so: for
    /// what ends before. What runs for longer goes through a collector, which gets new ones.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::Backend;
    ///
    /// let backend = Backend::google_cloud_trace("my-project", "what gcloud auth print-access-token says");
    /// ```
    pub fn google_cloud_trace(project: impl Into<String>, token: impl AsRef<str>) -> Self {
        let project = KeyValue::new("gcp.project_id", project.into());
        let endpoint = "https://telemetry.googleapis.com";
        Self {
            resource: vec![project],
            ..Self::over_http("google-cloud-trace", endpoint, "", TRACES)
        }
        .header("Authorization", format!("Bearer {}", token.as_ref()))
    }

    /// Langfuse, by its address and the two keys of a project.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::Backend;
    ///
    /// let backend = Backend::langfuse("https://cloud.langfuse.com", "pk-lf-…", "sk-lf-…");
    /// ```
    pub fn langfuse(
        host: impl AsRef<str>,
        public_key: impl AsRef<str>,
        secret_key: impl AsRef<str>,
    ) -> Self {
        Self::over_http("langfuse", host.as_ref(), "/api/public/otel", TRACES)
            .header("Authorization", basic(public_key.as_ref(), secret_key.as_ref()))
            // With it, traces are shown as they come.
            .header("x-langfuse-ingestion-version", "4")
    }

    /// Arize Phoenix, by its address and the name of a project, with the attributes of OpenInference: over gRPC on port 4317,
    /// over HTTP on any other. Where it asks for a key, that is a [`header`](Self::header).
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::Backend;
    ///
    /// let here = Backend::phoenix("http://localhost:6006", "support");
    /// let there = Backend::phoenix("https://app.phoenix.arize.com/s/support", "support")
    ///     .header("Authorization", "Bearer a key");
    /// ```
    pub fn phoenix(endpoint: impl Into<String>, project: impl Into<String>) -> Self {
        Self {
            resource: vec![KeyValue::new("openinference.project.name", project.into())],
            openinference: true,
            ..Self::new("phoenix", endpoint, TRACES)
        }
    }

    /// MLflow, by its address and the id of an experiment.
    ///
    /// # Examples
    ///
    /// ```
    /// let backend = agent_trace_runtime::Backend::mlflow("http://mlflow:5000", "7");
    /// ```
    pub fn mlflow(host: impl AsRef<str>, experiment: impl Into<String>) -> Self {
        Self::over_http("mlflow", host.as_ref(), "", TRACES)
            .header("x-mlflow-experiment-id", experiment)
    }
}

/// A name and its password, as HTTP has them.
fn basic(name: &str, password: &str) -> String {
    format!("Basic {}", base64::encode(format!("{name}:{password}").as_bytes()))
}

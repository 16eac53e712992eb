//! Telemetry configured in code, over what the environment says.

mod doctor;
mod exporting;
mod propagation;
mod recording;

use std::sync::Arc;

use opentelemetry::{Key, KeyValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::{LogProcessor, LoggerProviderBuilder};
use opentelemetry_sdk::metrics::MeterProviderBuilder;
use opentelemetry_sdk::metrics::reader::MetricReader;
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator, Sampler, SpanProcessor};

use super::arms::{Arms, Others};
use super::description::Source;
use super::environment::{Environment, Variable};
use super::error::InstallError;
use super::settings::Exporting;
use super::{Telemetry, global};
use crate::call::{Identifiers, Pipeline, Processor, Providers, is_global_set, set_global};
use crate::propagation::{Propagation, Propagator, set_while_disabled};
use crate::semconv::Conventions;
use crate::signals::{ContentCapture, ContentSettings, Settings};

/// Telemetry to be installed; [`Telemetry::builder()`] makes it.
///
/// What is set here goes before the environment. Of the OpenTelemetry specification's variables
/// these count:
///
/// | variable | meaning |
/// |---|---|
/// | `OTEL_SDK_DISABLED` | `true` installs nothing: annotated functions run as if there were no telemetry |
/// | `OTEL_TRACES_EXPORTER` | `otlp`, `console`, `zipkin`, `otlp/file`, `none`, or a list with commas |
/// | `OTEL_METRICS_EXPORTER` | `otlp`, `console`, `prometheus`, `otlp/file`, `none`, or a list |
/// | `OTEL_LOGS_EXPORTER` | `otlp`, `console`, `otlp/file`, `none`, or a list |
/// | `OTEL_EXPORTER_OTLP_ENDPOINT`, `…_TRACES_ENDPOINT`, `…_METRICS_…`, `…_LOGS_…` | where telemetry, or one part of it, goes; spans with neither to the console |
/// | `OTEL_EXPORTER_OTLP_PROTOCOL`, `…_TRACES_PROTOCOL` … | `grpc`, `http/protobuf`, `http/json` |
/// | `OTEL_EXPORTER_OTLP_HEADERS`, `…_TRACES_HEADERS` … | `key=value,…`, sent with each request |
/// | `OTEL_EXPORTER_OTLP_TIMEOUT`, `…_TRACES_TIMEOUT` … | milliseconds for one request |
/// | `OTEL_EXPORTER_OTLP_COMPRESSION`, `…_TRACES_COMPRESSION` … | `gzip`, `zstd`, `none` |
/// | `OTEL_EXPORTER_OTLP_CERTIFICATE`, `…_CLIENT_KEY`, `…_CLIENT_CERTIFICATE`, `…_TRACES_CERTIFICATE` … | files in PEM for TLS |
/// | `OTEL_EXPORTER_OTLP_INSECURE`, `…_TRACES_INSECURE` … | `true` reaches a gRPC endpoint without a scheme without TLS |
/// | `OTEL_EXPORTER_ZIPKIN_ENDPOINT`, `OTEL_EXPORTER_ZIPKIN_TIMEOUT` | Zipkin's address, and milliseconds for one request |
/// | `OTEL_EXPORTER_PROMETHEUS_HOST`, `OTEL_EXPORTER_PROMETHEUS_PORT` | where Prometheus finds metrics |
/// | `AGENT_TRACE_FILE_DIRECTORY` | the folder of `otlp/file` |
/// | `AGENT_TRACE_SPOOL_DIRECTORY`, `AGENT_TRACE_SPOOL_BYTES`, `AGENT_TRACE_SPOOL_SYNC` | where batches wait that cannot be delivered: see [`spool`](Self::spool) |
/// | `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES` | the resource |
/// | `OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG` | which traces are recorded |
/// | `AGENT_TRACE_TIMED_TRACE_IDS` | `true` begins the ids of traces with the time: see [`timed_trace_ids`](Self::timed_trace_ids) |
/// | `OTEL_PROPAGATORS` | the formats in which contexts travel: see [`propagation`](crate::propagation) |
/// | `AGENT_TRACE_BAGGAGE_KEYS`, `AGENT_TRACE_BAGGAGE_HOSTS` | what of the baggage is read, and who is told: see [`baggage_keys`](Self::baggage_keys) |
/// | `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE` | `delta` sends of metrics what has come since the last time |
/// | `OTEL_METRIC_EXPORT_INTERVAL`, `OTEL_METRIC_EXPORT_TIMEOUT` | milliseconds between two exports of metrics, and for one |
/// | `OTEL_SEMCONV_STABILITY_OPT_IN` | `gen_ai_latest_experimental`, `gen_ai/dup`: see [`Conventions`] |
/// | `OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT` | `true` repeats each inference as a log event |
/// | `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` | where content is recorded: see [`ContentCapture`] |
/// | `AGENT_TRACE_OPENINFERENCE` | `true` adds the attributes of OpenInference |
/// | `AGENT_TRACE_ERROR_MESSAGES` | `true` records the texts of errors |
/// | `OTEL_BSP_SCHEDULE_DELAY`, `OTEL_BSP_MAX_QUEUE_SIZE`, `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`, `OTEL_BSP_EXPORT_TIMEOUT` | batches of spans |
/// | `OTEL_BLRP_SCHEDULE_DELAY`, `OTEL_BLRP_MAX_QUEUE_SIZE`, `OTEL_BLRP_MAX_EXPORT_BATCH_SIZE`, `OTEL_BLRP_EXPORT_TIMEOUT` | batches of log events |
/// | `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`, `OTEL_SPAN_EVENT_COUNT_LIMIT`, `OTEL_SPAN_LINK_COUNT_LIMIT`, `OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT`, `OTEL_LINK_ATTRIBUTE_COUNT_LIMIT`, `OTEL_ATTRIBUTE_COUNT_LIMIT` | limits of a span |
/// | `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`, `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT` | the most characters of a text on an exported span |
/// | `OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT`, `OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT` | the same of log events, and how many attributes they have |
/// | `AGENT_TRACE_STRICT` | `true` makes a value that cannot be used an error: see [`strict`](Self::strict) |
///
/// Exporters that the builder names go before those of a variable, and a [`backend`](Self::backend) decides for spans, metrics
/// and log events at once. Where both name none, spans, metrics and log events go
/// over OTLP if an endpoint is known, and spans to the console if not.
///
/// Without a protocol, an endpoint on port 4317 is taken for gRPC and any other for
/// `http/protobuf`.
///
/// # Examples
///
/// ```no_run
/// use agent_trace_runtime::{Protocol, Telemetry};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let telemetry = Telemetry::builder()
///     .service_name("support")
///     .service_version("1.2.0")
///     .deployment_environment("production")
///     .endpoint("http://otel-collector:4317")
///     .protocol(Protocol::Grpc)
///     .install()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
#[must_use = "nothing is installed before `install` is called"]
pub struct TelemetryBuilder {
    resource: Vec<KeyValue>,
    exporting: Exporting,
    sampler: Option<Sampler>,
    span_processors: Vec<Processor>,
    metrics: MeterProviderBuilder,
    has_metric_reader: bool,
    events: LoggerProviderBuilder,
    has_log_processor: bool,
    conventions: Option<Conventions>,
    error_messages: Option<bool>,
    inference_details: Option<bool>,
    propagators: Option<Vec<Propagator>>,
    baggage_keys: Option<Vec<String>>,
    baggage_hosts: Option<Vec<String>>,
    content: ContentSettings,
    capture: Option<ContentCapture>,
    openinference: Option<bool>,
    timed_trace_ids: Option<bool>,
    replace_global: bool,
    strict: Option<bool>,
}

impl TelemetryBuilder {
    /// `service.name` of the resource: what back ends list the service by.
    pub fn service_name(self, name: impl Into<String>) -> Self {
        self.resource_attribute("service.name", name.into())
    }

    /// `service.version` of the resource.
    pub fn service_version(self, version: impl Into<String>) -> Self {
        self.resource_attribute("service.version", version.into())
    }

    /// `deployment.environment.name` of the resource: `production`, `staging` …
    pub fn deployment_environment(self, name: impl Into<String>) -> Self {
        self.resource_attribute("deployment.environment.name", name.into())
    }

    /// Any other attribute of the resource.
    pub fn resource_attribute(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.resource.push(KeyValue::new(key.into(), value));
        self
    }

    /// Adds a span processor of your own, in place of the console where no endpoint is set.
    pub fn span_processor(mut self, processor: impl SpanProcessor + 'static) -> Self {
        self.span_processors.push(Processor::new(processor));
        self
    }

    /// Which traces are recorded: all of them where nobody says otherwise, and always as their callers have
    /// decided. Metrics are of all calls.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::Telemetry;
    /// use agent_trace_runtime::opentelemetry_sdk::trace::Sampler;
    ///
    /// let tenth = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(0.1)));
    /// let builder = Telemetry::builder().sampler(tenth);
    /// ```
    pub fn sampler(mut self, sampler: Sampler) -> Self {
        self.sampler = Some(sampler);
        self
    }

    /// Whether the ids of traces begin with the second at which the trace began, as those of AWS X-Ray do, and are random behind
    /// it. `AGENT_TRACE_TIMED_TRACE_IDS=true` says the same.
    ///
    /// # Examples
    ///
    /// ```
    /// let builder = agent_trace_runtime::Telemetry::builder().timed_trace_ids(true);
    /// ```
    pub const fn timed_trace_ids(mut self, are_timed: bool) -> Self {
        self.timed_trace_ids = Some(are_timed);
        self
    }

    /// Adds a reader of metrics of your own, as for Prometheus.
    pub fn metric_reader(mut self, reader: impl MetricReader) -> Self {
        self.metrics = self.metrics.with_reader(reader);
        self.has_metric_reader = true;
        self
    }

    /// Adds a processor of log events of your own.
    pub fn log_processor(mut self, processor: impl LogProcessor + 'static) -> Self {
        self.events = self.events.with_log_processor(processor);
        self.has_log_processor = true;
        self
    }

    /// Makes this provider OpenTelemetry's global one even if the application has set one before.
    /// Without it, an existing global provider stays.
    pub fn replace_global_provider(mut self) -> Self {
        self.replace_global = true;
        self
    }

    /// Whether a variable with a value that cannot be used is an error. Otherwise it is said on stderr, and counts as unset.
    /// `AGENT_TRACE_STRICT=true` says the same.
    pub const fn strict(mut self, is_strict: bool) -> Self {
        self.strict = Some(is_strict);
        self
    }

    /// Installs telemetry for this process.
    ///
    /// # Errors
    ///
    /// Where telemetry is installed already, where a setting cannot be used, where it needs a feature
    /// that was switched off, or where the exporter cannot be built.
    pub fn install(mut self) -> Result<Telemetry, InstallError> {
        if is_global_set() {
            return Err(InstallError::AlreadyInstalled);
        }
        let environment = Environment::new(self.strict)?;
        let is_disabled = environment.flag("sdk", "disabled", None, "OTEL_SDK_DISABLED")?;
        let propagation = self.propagation(&environment)?;
        let replace_global = self.replace_global;
        if is_disabled {
            set_while_disabled(Some(propagation));
            global::install_propagator(replace_global);
            return Ok(Telemetry::disabled(environment.into_lines()));
        }
        let resource = build_resource(&environment, self.resource_attributes())?;
        let sampling = environment.sampling(self.sampler.take())?;
        let identifiers = self.identifiers(&environment)?;
        let mut arms = Arms::new(&environment, &self.exporting)?;
        let processors = std::mem::take(&mut self.span_processors);
        let spans = arms.spans(resource.clone(), sampling, identifiers, processors)?;
        let others = Others { of_application: self.has_metric_reader };
        let metrics = std::mem::take(&mut self.metrics).with_resource(resource.clone());
        let metrics = arms.metrics(metrics, others)?;
        let others = Others { of_application: self.has_log_processor };
        let events = std::mem::take(&mut self.events).with_resource(resource);
        let events = arms.events(events, others)?;
        let built = arms.finish();
        let settings = self.settings(&environment, propagation)?;

        let pipeline = Arc::new(Pipeline::new(Providers { spans, metrics, events }, settings));
        #[cfg(feature = "__push")]
        built.observe(&pipeline);
        if !set_global(Arc::clone(&pipeline)) {
            // Another thread was first. The providers were never used: they end without an export.
            return Err(InstallError::AlreadyInstalled);
        }
        set_while_disabled(None);
        global::install(replace_global);
        Ok(Telemetry::new(pipeline, built, environment.into_lines()))
    }

    fn identifiers(&self, environment: &Environment) -> Result<Identifiers, InstallError> {
        let are_timed = self
            .or_backends(self.timed_trace_ids, |backend| backend.timed_trace_ids.then_some(true));
        environment.identifiers(are_timed)
    }

    /// What is recorded of calls.
    fn settings(
        &self,
        environment: &Environment,
        propagation: Propagation,
    ) -> Result<Settings, InstallError> {
        let mut content = self.content.clone();
        content.capture = environment.content_capture(self.capture)?;
        let flag = |setting: &str, of_builder: Option<bool>, variable: &str| {
            environment.flag("content", setting, of_builder, variable)
        };
        let openinference =
            self.or_backends(self.openinference, |backend| backend.openinference.then_some(true));
        Ok(Settings {
            conventions: environment.conventions(self.conventions)?,
            error_messages: flag(
                "error messages",
                self.error_messages,
                "AGENT_TRACE_ERROR_MESSAGES",
            )?,
            details: flag(
                "inference details",
                self.inference_details,
                "OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT",
            )?,
            content,
            openinference: flag("openinference", openinference, "AGENT_TRACE_OPENINFERENCE")?,
            propagation,
        })
    }
}

/// What tells the processes of one service apart.
const INSTANCE: Key = Key::from_static_str("service.instance.id");

/// A random UUID, as the conventions ask for where nothing else is known.
fn instance_id() -> String {
    let mut bytes = RandomIdGenerator::default().new_trace_id().to_bytes();
    // Of version 4.
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)];
    let parts = parts.map(|(start, end)| digits.get(start..end).unwrap_or_default());
    parts.join("-")
}

/// The resource, which the SDK reads from the variables, with what the builder says of it.
fn build_resource(
    environment: &Environment,
    attributes: Vec<KeyValue>,
) -> Result<Resource, InstallError> {
    let of_builder: Vec<Key> = attributes.iter().map(|attribute| attribute.key.clone()).collect();
    let builder = || Resource::builder().with_attributes(attributes.clone());
    let mut resource = builder().build();
    if resource.get(&INSTANCE).is_none() {
        // Two instances of a service would be taken for one.
        resource = builder().with_attribute(KeyValue::new(INSTANCE, instance_id())).build();
    }
    let listed = environment.variable("OTEL_RESOURCE_ATTRIBUTES")?;
    let named = environment.variable("OTEL_SERVICE_NAME")?;
    for (key, value) in &resource {
        if key.as_str().starts_with("telemetry.sdk.") {
            continue;
        }
        let is_in = |list: &Variable| {
            list.value
                .split(',')
                .any(|pair| pair.split('=').next().map(str::trim) == Some(key.as_str()))
        };
        let source = if of_builder.contains(key) {
            Source::Builder
        } else if let (Some(named), "service.name") = (&named, key.as_str()) {
            Source::Variable(named.name.clone())
        } else if let Some(listed) = listed.as_ref().filter(|listed| is_in(listed)) {
            Source::Variable(listed.name.clone())
        } else {
            Source::Default
        };
        environment.note("resource", key.as_str(), value, &source);
    }
    Ok(resource)
}

#[cfg(all(test, not(feature = "console")))]
mod tests {
    use super::*;

    #[test]
    fn without_the_console_there_must_be_an_endpoint() {
        let error = Telemetry::builder().console().install().expect_err("the console is off");
        let expected =
            "the console needs the feature `console` of agent-trace-runtime, which is switched off";
        assert_eq!(error.to_string(), expected);
    }
}

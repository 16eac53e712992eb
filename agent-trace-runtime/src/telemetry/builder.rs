//! Telemetry configured in code, over what the environment says.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::{LogProcessor, LoggerProviderBuilder};
use opentelemetry_sdk::metrics::MeterProviderBuilder;
use opentelemetry_sdk::metrics::reader::MetricReader;
use opentelemetry_sdk::resource::ResourceBuilder;
use opentelemetry_sdk::trace::{Sampler, SpanProcessor};

use super::arms::{Arms, Lost};
use super::error::InstallError;
use super::settings::{Compression, Otlp, Protocol};
use super::{Telemetry, environment, global};
use crate::call::{Pipeline, Processor, Providers, is_global_set, set_global};
use crate::content::{Limits, Redact, Upload};
use crate::propagation::{self, Hosts, Propagation, Propagator};
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
/// | `OTEL_EXPORTER_OTLP_ENDPOINT`, `…_TRACES_ENDPOINT`, `…_METRICS_…`, `…_LOGS_…` | where telemetry, or one part of it, goes; spans with neither to the console |
/// | `OTEL_EXPORTER_OTLP_PROTOCOL`, `…_TRACES_PROTOCOL` … | `grpc`, `http/protobuf`, `http/json` |
/// | `OTEL_EXPORTER_OTLP_HEADERS`, `…_TRACES_HEADERS` … | `key=value,…`, sent with each request |
/// | `OTEL_EXPORTER_OTLP_TIMEOUT`, `…_TRACES_TIMEOUT` … | milliseconds for one export with its retries |
/// | `OTEL_EXPORTER_OTLP_COMPRESSION`, `…_TRACES_COMPRESSION` … | `gzip`, `zstd`, `none` |
/// | `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES` | the resource |
/// | `OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG` | which traces are recorded |
/// | `OTEL_PROPAGATORS` | the formats in which contexts travel: see [`propagation`](crate::propagation) |
/// | `AGENT_TRACE_BAGGAGE_KEYS`, `AGENT_TRACE_BAGGAGE_HOSTS` | what of the baggage is read, and who is told: see [`baggage_keys`](Self::baggage_keys) |
/// | `OTEL_METRIC_EXPORT_INTERVAL` | milliseconds between two exports of metrics |
/// | `OTEL_SEMCONV_STABILITY_OPT_IN` | `gen_ai_latest_experimental`, `gen_ai/dup`: see [`Conventions`] |
/// | `OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT` | `true` repeats each inference as a log event |
/// | `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` | where content is recorded: see [`ContentCapture`] |
/// | `AGENT_TRACE_OPENINFERENCE` | `true` adds the attributes of OpenInference |
/// | `AGENT_TRACE_ERROR_MESSAGES` | `true` records the texts of errors |
/// | `OTEL_BSP_SCHEDULE_DELAY`, `OTEL_BSP_MAX_QUEUE_SIZE`, `OTEL_BSP_MAX_EXPORT_BATCH_SIZE` | batches of spans |
/// | `OTEL_BLRP_SCHEDULE_DELAY`, `OTEL_BLRP_MAX_QUEUE_SIZE`, `OTEL_BLRP_MAX_EXPORT_BATCH_SIZE` | batches of log events |
/// | `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`, `OTEL_SPAN_EVENT_COUNT_LIMIT`, `OTEL_SPAN_LINK_COUNT_LIMIT` | limits of a span |
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
    otlp: Otlp,
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
    has_content_capture: bool,
    openinference: Option<bool>,
    console: bool,
    replace_global: bool,
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

    /// The OTLP endpoint: `http://localhost:4318`. Over HTTP, `/v1/traces`, `/v1/metrics` and `/v1/logs`
    /// are added to it.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.otlp.endpoint = Some(endpoint.into());
        self
    }

    /// How telemetry travels to the endpoint.
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.otlp.protocol = Some(protocol);
        self
    }

    /// A header, or over gRPC a metadata entry, of each request to the endpoint.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.otlp.headers.push((name.into(), value.into()));
        self
    }

    /// How long one export may take, retries included. Ten seconds where nothing says otherwise.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.otlp.timeout = Some(timeout);
        self
    }

    /// How requests to the endpoint are compressed. Not at all where nothing says otherwise.
    pub fn compression(mut self, compression: Compression) -> Self {
        self.otlp.compression = Some(compression);
        self
    }

    /// Whether spans have the attributes of OpenInference as well (`openinference.span.kind`, `llm.*`,
    /// `input.value` …), for back ends that read only those. `AGENT_TRACE_OPENINFERENCE=true` says the same.
    pub const fn openinference(mut self, are_recorded: bool) -> Self {
        self.openinference = Some(are_recorded);
        self
    }

    /// Where the content is recorded that sites name in `capture(…)`. Nowhere, where nothing is said.
    pub const fn content(mut self, capture: ContentCapture) -> Self {
        self.content.capture = capture;
        self.has_content_capture = true;
        self
    }

    /// What content passes through before any of it leaves a call: it sees the structured messages, and may
    /// change or drop them. Texts of errors pass through it as well.
    ///
    /// ```
    /// use agent_trace_runtime::content::Content;
    /// use agent_trace_runtime::{ContentCapture, Telemetry};
    ///
    /// let builder = Telemetry::builder().content(ContentCapture::Spans).redact(|mut content: Content| {
    ///     content.map_text(|text| *text = text.replace("acme", "[customer]"));
    ///     Some(content)
    /// });
    /// # drop(builder);
    /// ```
    pub fn redact(mut self, redactor: impl Redact + 'static) -> Self {
        self.content.redactor = Some(Arc::new(redactor));
        self
    }

    /// Takes bytes out of content, images say, and gives a reference to record in their place. Without it
    /// their size, media type and digest are recorded.
    pub fn upload(mut self, upload: impl Upload + 'static) -> Self {
        self.content.upload = Some(Arc::new(upload));
        self
    }

    /// How much content is recorded.
    pub const fn content_limits(mut self, limits: Limits) -> Self {
        self.content.limits = limits;
        self
    }

    /// Whether each inference is repeated as a log event, `gen_ai.client.inference.operation.details`, which is
    /// told of calls that are not sampled, too. `OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT=true` says the same.
    pub const fn inference_details(mut self, are_recorded: bool) -> Self {
        self.inference_details = Some(are_recorded);
        self
    }

    /// Whether the texts of errors are recorded, in a span's status and in the event of the error.
    ///
    /// They are where content is, and not where nothing is said: an error may quote what a user or a model
    /// wrote. Its type is always recorded. `AGENT_TRACE_ERROR_MESSAGES=true` says the same.
    pub const fn error_messages(mut self, are_recorded: bool) -> Self {
        self.error_messages = Some(are_recorded);
        self
    }

    /// The most bytes of spans that wait to be exported, and of log events, as they are estimated: 32 MiB
    /// where nothing says otherwise. Where there is no room, a span is queued without its content; a log event
    /// is lost, and so is what comes when the queue is full. [`Telemetry::lost`] counts what is.
    pub const fn queued_bytes(mut self, most: usize) -> Self {
        self.otlp.queued_bytes = Some(most);
        self
    }

    /// Prints finished traces to stderr, also where spans are exported. Needs the feature `console`.
    pub fn console(mut self) -> Self {
        self.console = true;
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

    /// The formats in which contexts travel to other services and from them. `OTEL_PROPAGATORS` says the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::Telemetry;
    /// use agent_trace_runtime::propagation::Propagator;
    ///
    /// let builder = Telemetry::builder().propagators([Propagator::TraceContext, Propagator::B3]);
    /// ```
    pub fn propagators(mut self, propagators: impl IntoIterator<Item = Propagator>) -> Self {
        self.propagators = Some(propagators.into_iter().collect());
        self
    }

    /// The keys of baggage that become attributes of spans where they come in, and the attributes of the context
    /// that become baggage where they leave. None where nothing is said: nothing of the baggage reaches a span.
    /// `AGENT_TRACE_BAGGAGE_KEYS`, a list with commas, says the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::{Telemetry, semconv};
    ///
    /// let builder = Telemetry::builder()
    ///     .baggage_keys([semconv::CONVERSATION_ID, "app.tenant"])
    ///     .baggage_hosts(["*.agents.internal", "127.0.0.1"]);
    /// ```
    pub fn baggage_keys<K: Into<String>>(mut self, keys: impl IntoIterator<Item = K>) -> Self {
        self.baggage_keys = Some(keys.into_iter().map(K::into).collect());
        self
    }

    /// The hosts that baggage may be sent to: names and addresses, `*.example.com` for all below a name, `*` for all.
    /// None where nothing is said. `AGENT_TRACE_BAGGAGE_HOSTS`, a list with commas, says the same.
    pub fn baggage_hosts<H: AsRef<str>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.baggage_hosts = Some(hosts.into_iter().map(|host| host.as_ref().to_owned()).collect());
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

    /// Which version of the GenAI conventions is followed.
    pub const fn conventions(mut self, conventions: Conventions) -> Self {
        self.conventions = Some(conventions);
        self
    }

    /// Makes this provider OpenTelemetry's global one even if the application has set one before.
    /// Without it, an existing global provider stays.
    pub fn replace_global_provider(mut self) -> Self {
        self.replace_global = true;
        self
    }

    /// Installs telemetry for this process.
    ///
    /// # Errors
    ///
    /// Where telemetry is installed already, where a setting cannot be used, where it needs a feature
    /// that was switched off, or where the exporter cannot be built.
    pub fn install(self) -> Result<Telemetry, InstallError> {
        if is_global_set() {
            return Err(InstallError::AlreadyInstalled);
        }
        let propagation = Propagation {
            propagators: match self.propagators {
                Some(propagators) => propagators,
                None => environment::propagators()?,
            },
            keys: match self.baggage_keys {
                Some(keys) => keys,
                None => environment::list("AGENT_TRACE_BAGGAGE_KEYS")?,
            },
            hosts: baggage_hosts(self.baggage_hosts)?,
        };
        let replace_global = self.replace_global;
        if environment::flag("OTEL_SDK_DISABLED")? {
            propagation::set_while_disabled(Some(propagation));
            global::install_propagator(replace_global);
            return Ok(Telemetry::disabled());
        }
        let mut content = self.content;
        if !self.has_content_capture {
            content.capture = environment::content_capture()?;
        }
        let settings = Settings {
            conventions: match self.conventions {
                Some(conventions) => conventions,
                None => environment::conventions()?,
            },
            error_messages: match self.error_messages {
                Some(are_recorded) => are_recorded,
                None => environment::flag("AGENT_TRACE_ERROR_MESSAGES")?,
            },
            details: match self.inference_details {
                Some(are_recorded) => are_recorded,
                None => environment::flag("OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT")?,
            },
            content,
            openinference: match self.openinference {
                Some(are_recorded) => are_recorded,
                None => environment::flag("AGENT_TRACE_OPENINFERENCE")?,
            },
            propagation,
        };
        let mut arms = Arms {
            otlp: &self.otlp,
            worker: None,
            built: Vec::new(),
            has_console: false,
            lost: Lost::default(),
        };
        let resource = build_resource(self.resource);
        let sampling = match self.sampler {
            Some(sampler) => sampler.into(),
            None => environment::sampling()?,
        };
        let spans = arms.spans(resource.clone(), sampling, self.span_processors, self.console)?;
        let metrics =
            arms.metrics(self.metrics.with_resource(resource.clone()), self.has_metric_reader)?;
        let events = arms.events(self.events.with_resource(resource), self.has_log_processor)?;
        let Arms { worker, built, lost, .. } = arms;

        let pipeline = Arc::new(Pipeline::new(Providers { spans, metrics, events }, settings));
        if !set_global(Arc::clone(&pipeline)) {
            // Another thread was first. The providers were never used: they end without an export.
            return Err(InstallError::AlreadyInstalled);
        }
        propagation::set_while_disabled(None);
        global::install(replace_global);
        Ok(Telemetry {
            pipeline,
            arms: built,
            lost,
            has_ended: AtomicBool::new(false),
            _worker: worker,
        })
    }
}

/// The builder's hosts over the environment's.
fn baggage_hosts(hosts: Option<Vec<String>>) -> Result<Hosts, InstallError> {
    const VARIABLE: &str = "AGENT_TRACE_BAGGAGE_HOSTS";
    let (setting, hosts) = match hosts {
        Some(hosts) => ("baggage_hosts", hosts),
        None => (VARIABLE, environment::list(VARIABLE)?),
    };
    Hosts::parse(hosts).map_err(|value| InstallError::InvalidSetting {
        setting: setting.to_owned(),
        value,
        reason: "a host is a name or an address, `*.` and a name, or `*`".to_owned(),
    })
}

fn build_resource(attributes: Vec<KeyValue>) -> Resource {
    let builder: ResourceBuilder = Resource::builder();
    builder.with_attributes(attributes).build()
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

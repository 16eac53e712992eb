//! Installs telemetry, and ends it in good order.

mod arm;
mod arms;
mod backend;
mod builder;
mod description;
mod destination;
mod doctor;
mod environment;
mod error;
#[cfg(feature = "__push")]
mod export;
mod exporters;
mod failure;
mod global;
#[cfg(feature = "signal")]
mod listener;
#[cfg(feature = "prometheus")]
mod prometheus;
mod settings;
#[cfg(feature = "signal")]
mod signal;
mod tls;
#[cfg(feature = "__worker")]
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, SpanLimits};

use arms::Built;
use description::Line;

pub use backend::Backend;
pub use builder::TelemetryBuilder;
pub use description::{Description, Source};
pub use doctor::{Diagnosis, Finding, Level, doctor};
pub(crate) use error::warn;
pub use error::{FlushError, InstallError};
#[cfg(feature = "__push")]
pub use export::{ExportCounts, Loss};
pub(crate) use global::install as install_global_provider;
pub use settings::{Compression, Protocol};
#[cfg(feature = "signal")]
pub use signal::{Run, Signal};

use crate::call::{Identifiers, Pipeline, Providers, Spans, end_global};
use crate::signals::{Events, Metrics, Settings};

/// How long a flush or the end of telemetry may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Installs telemetry as the environment says.
///
/// With `OTEL_EXPORTER_OTLP_ENDPOINT` set, spans, metrics and log events go there; without it, and without
/// `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, finished traces are printed to stderr as trees. See
/// [`TelemetryBuilder`] for all variables that are read.
///
/// # Errors
///
/// Where telemetry is installed already, where a variable has a value that cannot be used, or asks
/// for a feature that was switched off.
///
/// # Examples
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let telemetry = agent_trace_runtime::init()?;
/// // … the application …
/// telemetry.shutdown()?;
/// # Ok(())
/// # }
/// ```
pub fn init() -> Result<Telemetry, InstallError> {
    Telemetry::builder().install()
}

/// A layer for `tracing_subscriber`; [`Telemetry::tracing_layer`] makes it.
#[cfg(feature = "tracing")]
pub type TracingLayer = opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge<
    SdkLoggerProvider,
    opentelemetry_sdk::logs::SdkLogger,
>;

/// A logger for `log`; [`Telemetry::logger`] makes it.
#[cfg(feature = "log")]
pub type LogBridge = opentelemetry_appender_log::OpenTelemetryLogBridge<
    SdkLoggerProvider,
    opentelemetry_sdk::logs::SdkLogger,
>;

/// Installed telemetry. Keep it until the end of the program: dropped, it flushes and shuts down.
///
/// Every method may be called from any thread, inside or outside of an async runtime. Each blocks
/// its thread, for little more than five seconds at most.
#[derive(Debug)]
#[must_use = "telemetry ends when it is dropped; keep it until the end of `main`"]
pub struct Telemetry {
    pipeline: Arc<Pipeline>,
    has_ended: AtomicBool,
    description: Description,
    // After the pipeline, whose last export runs on it.
    built: Built,
}

impl Telemetry {
    /// Configures telemetry in code.
    pub fn builder() -> TelemetryBuilder {
        TelemetryBuilder::default()
    }

    fn new(pipeline: Arc<Pipeline>, built: Built, lines: Vec<Line>) -> Self {
        let description = Description { lines };
        Self { pipeline, has_ended: AtomicBool::new(false), description, built }
    }

    /// Telemetry that is none: its providers record nothing.
    fn disabled(lines: Vec<Line>) -> Self {
        let resource = Resource::builder_empty().build();
        let (sampling, limits) = (Sampler::AlwaysOff.into(), SpanLimits::default());
        let spans = Spans::new(resource, sampling, limits, Identifiers::default(), Vec::new());
        let providers = Providers { spans, metrics: None, events: None };
        Self {
            pipeline: Arc::new(Pipeline::new(providers, Settings::default())),
            has_ended: AtomicBool::new(true),
            description: Description { lines },
            built: Built::default(),
        }
    }

    /// What is in force, and from where: the builder, a variable, or a default. Secrets are masked.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let telemetry = agent_trace_runtime::init()?;
    /// eprint!("{}", telemetry.describe());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn describe(&self) -> &Description {
        &self.description
    }

    /// Exports all spans that have ended, and all metrics and log events.
    ///
    /// # Errors
    ///
    /// Where the export failed or took more than five seconds.
    pub fn flush(&self) -> Result<(), FlushError> {
        if self.has_ended.load(Ordering::Acquire) {
            return Ok(());
        }
        arm::flush(&self.built.arms, TIMEOUT)
    }

    /// Exports all that has ended, and ends telemetry: annotated functions go on to work, and
    /// record nothing. Calls that are open, in whatever task or thread, end as `cancelled`. A second call does
    /// nothing.
    ///
    /// Calls that are telling of their end at that moment are waited for, half a second at most: in vain where one of them
    /// calls this, by a span processor or a redactor.
    ///
    /// # Errors
    ///
    /// Where the last export failed or took too long.
    pub fn shutdown(&self) -> Result<(), FlushError> {
        if self.has_ended.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        end_global(&self.pipeline);
        let result = arm::end(&self.built.arms, TIMEOUT);
        self.built.stop_serving();
        result
    }

    /// How many spans, log events and data points of metrics were lost, for whatever reason.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.built.lost()
    }

    /// What has become of all that was to be exported: by what it is (`spans`, `metrics`, `log events`) and the name of the
    /// exporter (`otlp`, `zipkin` …) or the back end (`honeycomb` …).
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let telemetry = agent_trace_runtime::init()?;
    /// for (kind, exporter, counts) in telemetry.export_counts() {
    ///     println!("{kind} by {exporter}: {} exported, {:?} lost", counts.exported, counts.lost);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "__push")]
    #[must_use]
    pub fn export_counts(&self) -> Vec<(&'static str, &'static str, ExportCounts)> {
        self.built.counts()
    }

    /// The provider of the spans, for code that opens spans by hand with the OpenTelemetry API, and for
    /// `tracing-opentelemetry`: spans of `tracing` and annotated calls nest both ways then.
    ///
    /// ```
    /// use agent_trace_runtime::opentelemetry::trace::TracerProvider;
    /// use tracing_subscriber::layer::SubscriberExt;
    /// use tracing_subscriber::util::SubscriberInitExt;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let telemetry = agent_trace_runtime::init()?;
    /// let tracer = telemetry.tracer_provider().tracer("support");
    /// // It makes the context of a span of `tracing` current, which is how the two meet: leave that switched on.
    /// let spans = tracing_opentelemetry::layer().with_tracer(tracer);
    /// tracing_subscriber::registry().with(spans).init();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A span of `tracing` that is entered again brings back the context in which it was made, without the calls
    /// below it. So a task of an annotated body is `spawn(future)`, or
    /// `tokio::spawn(carry().wrap(future).in_current_span())`, and not `tokio::spawn(future.in_current_span())`.
    #[must_use]
    pub fn tracer_provider(&self) -> &SdkTracerProvider {
        self.pipeline.spans.provider()
    }

    /// The provider of the metrics, for instruments of the application's own; `None` where metrics go nowhere.
    #[must_use]
    pub fn meter_provider(&self) -> Option<&SdkMeterProvider> {
        self.pipeline.metrics.as_ref().map(Metrics::provider)
    }

    /// A layer for `tracing_subscriber` that sends the application's own events where log events go, each with the
    /// trace and span that it happened in: so a log line leads to its trace. `None` where log events go
    /// nowhere, which is a layer that does nothing.
    ///
    /// ```
    /// # #[cfg(feature = "tracing")]
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use tracing_subscriber::layer::SubscriberExt;
    /// use tracing_subscriber::util::SubscriberInitExt;
    ///
    /// let telemetry = agent_trace_runtime::init()?;
    /// tracing_subscriber::registry().with(telemetry.tracing_layer()).init();
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "tracing"))]
    /// # fn main() {}
    /// ```
    #[cfg(feature = "tracing")]
    #[must_use]
    pub fn tracing_layer(&self) -> Option<TracingLayer> {
        self.logger_provider().map(TracingLayer::new)
    }

    /// A logger for `log` that sends the application's own records where log events go, each with the trace and
    /// span that it happened in. `None` where log events go nowhere.
    ///
    /// ```
    /// # #[cfg(feature = "log")]
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let telemetry = agent_trace_runtime::init()?;
    /// if let Some(logger) = telemetry.logger() {
    ///     log::set_boxed_logger(Box::new(logger))?;
    ///     log::set_max_level(log::LevelFilter::Info);
    /// }
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "log"))]
    /// # fn main() {}
    /// ```
    #[cfg(feature = "log")]
    #[must_use]
    pub fn logger(&self) -> Option<LogBridge> {
        self.logger_provider().map(LogBridge::new)
    }

    /// The provider of the log events, for records of the application's own; `None` where they go nowhere.
    #[must_use]
    pub fn logger_provider(&self) -> Option<&SdkLoggerProvider> {
        self.pipeline.events.as_ref().map(Events::provider)
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Err(error) = self.shutdown() {
            error::warn(&error);
        }
    }
}

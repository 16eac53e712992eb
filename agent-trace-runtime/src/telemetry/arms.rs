//! Builds the arms of telemetry, each with the exporter that its settings ask for.

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::{LoggerProviderBuilder, SdkLoggerProvider};
use opentelemetry_sdk::metrics::{MeterProviderBuilder, SdkMeterProvider};
#[cfg(feature = "__otlp")]
use opentelemetry_sdk::trace::SpanProcessor;

use super::arm::{Arm, Kind, Provider};
use super::destination::Destination;
use super::environment;
use super::error::InstallError;
use super::failure::LastFailure;
#[cfg(feature = "__otlp")]
use super::otlp;
#[cfg(feature = "__otlp")]
pub(super) use super::otlp::{Lost, Worker};
use super::settings::Otlp;
use crate::call::{Processor, Sampling, Spans};
use crate::signals::view;

/// The thread that exports; there is none without OTLP.
#[cfg(not(feature = "__otlp"))]
#[derive(Debug)]
pub(super) struct Worker;

/// What did not fit into a queue; there is none without OTLP.
#[cfg(not(feature = "__otlp"))]
#[derive(Debug, Default)]
pub(super) struct Lost(());

#[cfg(not(feature = "__otlp"))]
impl Lost {
    pub(super) const fn count(&self) -> u64 {
        0
    }
}

/// The arms that have been built.
pub(super) struct Arms<'a> {
    pub(super) otlp: &'a Otlp,
    pub(super) worker: Option<Worker>,
    pub(super) built: Vec<Arm>,
    /// Whether spans are printed, and evaluations with them.
    pub(super) has_console: bool,
    pub(super) lost: Lost,
}

/// Gives a builder the exporter of an arm, where it has a destination, which is noted.
macro_rules! with_exporter {
    ($arms:ident, $arm:expr, $noted:ident, $builder:ident.$with:ident($exporter:ident)) => {
        match Destination::resolve($arms.otlp, $arm)? {
            None => $builder,
            Some(destination) => {
                #[cfg(feature = "__otlp")]
                let $builder = {
                    let worker = match $arms.worker.take() {
                        Some(worker) => worker,
                        None => Worker::start()?,
                    };
                    let building = otlp::Building {
                        otlp: $arms.otlp,
                        destination: &destination,
                        worker: &worker,
                        failure: &$noted.failure,
                        lost: &$arms.lost,
                    };
                    let built = building.$exporter()?;
                    $arms.worker = Some(worker);
                    $builder.$with(built)
                };
                $noted.destinations.push(destination.endpoint);
                $builder
            }
        }
    };
}

/// Where an arm goes, as far as it is known.
#[derive(Default)]
struct Noted {
    destinations: Vec<String>,
    failure: LastFailure,
}

impl Arms<'_> {
    /// Spans always go somewhere: to the console where nobody says otherwise.
    pub(super) fn spans(
        &mut self,
        resource: Resource,
        sampling: Sampling,
        of_application: Vec<Processor>,
        console: bool,
    ) -> Result<Spans, InstallError> {
        let mut noted = Noted::default();
        let has_processor = !of_application.is_empty();
        let processors = Processors(of_application);
        let mut processors =
            with_exporter!(self, Kind::Spans, noted, processors.with_exporter(spans));
        if console || !has_processor && noted.destinations.is_empty() {
            self.has_console = true;
            processors.add_console(console)?;
            noted.destinations.push("the console".to_owned());
        }
        if has_processor {
            noted.destinations.push("the application's span processor".to_owned());
        }
        let limits = environment::span_limits();
        let spans = Spans::new(resource, sampling, limits, processors.0);
        self.add(Provider::Spans(spans.provider().clone()), noted);
        Ok(spans)
    }

    pub(super) fn metrics(
        &mut self,
        builder: MeterProviderBuilder,
        has_reader: bool,
    ) -> Result<Option<SdkMeterProvider>, InstallError> {
        let mut noted = Noted::default();
        let builder =
            with_exporter!(self, Kind::Metrics, noted, builder.with_periodic_exporter(metrics));
        if has_reader {
            noted.destinations.push("the application's reader of metrics".to_owned());
        }
        if noted.destinations.is_empty() {
            return Ok(None);
        }
        let provider = builder.with_view(view).build();
        self.add(Provider::Metrics(provider.clone()), noted);
        Ok(Some(provider))
    }

    pub(super) fn events(
        &mut self,
        builder: LoggerProviderBuilder,
        has_processor: bool,
    ) -> Result<Option<SdkLoggerProvider>, InstallError> {
        let mut noted = Noted::default();
        let builder = with_exporter!(self, Kind::Events, noted, builder.with_log_processor(events));
        #[cfg(feature = "console")]
        let builder = if self.has_console {
            noted.destinations.push("the console".to_owned());
            builder.with_log_processor(crate::console::EvaluationPrinter)
        } else {
            builder
        };
        if has_processor {
            noted.destinations.push("the application's log processor".to_owned());
        }
        if noted.destinations.is_empty() {
            return Ok(None);
        }
        let provider = builder.build();
        self.add(Provider::Events(provider.clone()), noted);
        Ok(Some(provider))
    }

    fn add(&mut self, provider: Provider, Noted { destinations, failure }: Noted) {
        self.built.push(Arm::new(provider, destinations.join(" and "), failure));
    }
}

/// The processors of spans: the application's first.
struct Processors(Vec<Processor>);

impl Processors {
    #[cfg(feature = "__otlp")]
    fn with_exporter(mut self, batches: impl SpanProcessor + 'static) -> Self {
        self.0.push(Processor::of_ends(batches));
        self
    }

    #[cfg(feature = "console")]
    fn add_console(&mut self, _is_asked: bool) -> Result<(), InstallError> {
        self.0.push(Processor::new(crate::console::ConsoleProcessor::default()));
        Ok(())
    }

    #[cfg(not(feature = "console"))]
    fn add_console(&mut self, is_asked: bool) -> Result<(), InstallError> {
        let asked = if is_asked { "the console" } else { "telemetry without an endpoint" };
        Err(InstallError::FeatureDisabled { asked: asked.to_owned(), feature: "console" })
    }
}

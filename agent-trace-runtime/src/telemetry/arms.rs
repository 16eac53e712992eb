//! Builds the arms of telemetry, each with the exporter that its settings ask for.

use opentelemetry_sdk::logs::{LoggerProviderBuilder, SdkLoggerProvider};
use opentelemetry_sdk::metrics::{MeterProviderBuilder, SdkMeterProvider};
use opentelemetry_sdk::trace::{SdkTracerProvider, TracerProviderBuilder};

use super::arm::{Arm, Kind, Provider};
use super::builder::Otlp;
use super::destination::Destination;
use super::error::InstallError;
use super::failure::LastFailure;
#[cfg(feature = "__otlp")]
use super::otlp;
#[cfg(feature = "__otlp")]
pub(super) use super::otlp::Worker;

/// The thread that exports; there is none without OTLP.
#[cfg(not(feature = "__otlp"))]
#[derive(Debug)]
pub(super) struct Worker;

/// The arms that have been built.
pub(super) struct Arms<'a> {
    pub(super) otlp: &'a Otlp,
    pub(super) worker: Option<Worker>,
    pub(super) built: Vec<Arm>,
}

/// Gives a builder the exporter of an arm, where it has a destination: the endpoint is pushed to the list.
macro_rules! with_exporter {
    ($self:ident, $arm:expr, $failure:ident, $destinations:ident, |$exporter:ident| $with:expr, $build:ident) => {
        if let Some(destination) = Destination::resolve($self.otlp, $arm)? {
            #[cfg(feature = "__otlp")]
            {
                let worker = match $self.worker.take() {
                    Some(worker) => worker,
                    None => Worker::start()?,
                };
                let $exporter = otlp::$build($self.otlp, &destination, &worker, &$failure)?;
                $with;
                $self.worker = Some(worker);
            }
            $destinations.push(destination.endpoint);
        }
    };
}

impl Arms<'_> {
    /// Spans always go somewhere: to the console where nobody says otherwise.
    pub(super) fn spans(
        &mut self,
        mut builder: TracerProviderBuilder,
        has_processor: bool,
        console: bool,
    ) -> Result<SdkTracerProvider, InstallError> {
        let (failure, mut destinations) = (LastFailure::default(), Vec::new());
        with_exporter!(
            self,
            Kind::Spans,
            failure,
            destinations,
            |exporter| builder = builder.with_batch_exporter(exporter),
            spans
        );
        if console || !has_processor && destinations.is_empty() {
            builder = with_console(builder, console)?;
            destinations.push("the console".to_owned());
        }
        if has_processor {
            destinations.push("the application's span processor".to_owned());
        }
        let provider = builder.build();
        self.add(Provider::Spans(provider.clone()), destinations, failure);
        Ok(provider)
    }

    pub(super) fn metrics(
        &mut self,
        mut builder: MeterProviderBuilder,
        has_reader: bool,
    ) -> Result<Option<SdkMeterProvider>, InstallError> {
        let (failure, mut destinations) = (LastFailure::default(), Vec::new());
        with_exporter!(
            self,
            Kind::Metrics,
            failure,
            destinations,
            |exporter| builder = builder.with_periodic_exporter(exporter),
            metrics
        );
        if has_reader {
            destinations.push("the application's reader of metrics".to_owned());
        }
        if destinations.is_empty() {
            return Ok(None);
        }
        let provider = builder.build();
        self.add(Provider::Metrics(provider.clone()), destinations, failure);
        Ok(Some(provider))
    }

    pub(super) fn events(
        &mut self,
        mut builder: LoggerProviderBuilder,
        has_processor: bool,
    ) -> Result<Option<SdkLoggerProvider>, InstallError> {
        let (failure, mut destinations) = (LastFailure::default(), Vec::new());
        with_exporter!(
            self,
            Kind::Events,
            failure,
            destinations,
            |exporter| builder = builder.with_batch_exporter(exporter),
            events
        );
        if has_processor {
            destinations.push("the application's log processor".to_owned());
        }
        if destinations.is_empty() {
            return Ok(None);
        }
        let provider = builder.build();
        self.add(Provider::Events(provider.clone()), destinations, failure);
        Ok(Some(provider))
    }

    fn add(&mut self, provider: Provider, destinations: Vec<String>, failure: LastFailure) {
        self.built.push(Arm::new(provider, destinations.join(" and "), failure));
    }
}

#[cfg(feature = "console")]
fn with_console(
    provider: TracerProviderBuilder,
    _is_asked: bool,
) -> Result<TracerProviderBuilder, InstallError> {
    Ok(provider.with_span_processor(crate::console::ConsoleProcessor::default()))
}

#[cfg(not(feature = "console"))]
fn with_console(
    _provider: TracerProviderBuilder,
    is_asked: bool,
) -> Result<TracerProviderBuilder, InstallError> {
    let asked = if is_asked { "the console" } else { "telemetry without an endpoint" };
    Err(InstallError::FeatureDisabled { asked: asked.to_owned(), feature: "console" })
}

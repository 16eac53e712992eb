//! Builds the OTLP exporters.

mod batch;
#[cfg(feature = "otlp-grpc")]
mod grpc;
#[cfg(feature = "otlp-http")]
mod http;
mod worker;

use opentelemetry_otlp::{LogExporter, MetricExporter, SpanExporter};
use opentelemetry_sdk::logs::LogProcessor;
use opentelemetry_sdk::trace::SpanProcessor;

use super::arm::Kind;
use super::destination::Destination;
use super::error::InstallError;
use super::failure::LastFailure;
use super::settings::{Compression, Otlp, Protocol};
pub(super) use batch::Lost;
use batch::{BatchLimits, EventBatches, OfEvents, Report, SpanBatches};
pub(super) use worker::{OnWorker, Worker};

macro_rules! exporters {
    ($($(#[$attribute:meta])* $function:ident => $exporter:ident;)*) => {$(
        $(#[$attribute])*
        fn $function(
            otlp: &Otlp,
            destination: &Destination,
            worker: &Worker,
            failure: &LastFailure,
        ) -> Result<OnWorker<$exporter>, InstallError> {
            let exporter = match destination.protocol {
                #[cfg(feature = "otlp-grpc")]
                Protocol::Grpc => worker.enter(|| {
                    let builder = $exporter::builder().with_tonic();
                    grpc::configure(builder, otlp, destination)?.build().map_err(failed)
                }),
                #[cfg(feature = "otlp-http")]
                Protocol::HttpProtobuf | Protocol::HttpJson => {
                    let builder = $exporter::builder().with_http();
                    http::configure(builder, otlp, destination, failure)?.build().map_err(failed)
                }
                #[allow(unreachable_patterns, reason = "reached by none if all features are on")]
                _ => unreachable!("a destination's protocol has its feature"),
            }?;
            Ok(OnWorker::new(exporter, worker, failure.clone()))
        }
    )*};
}

// Each exporter that `destination` asks for. It runs on `worker`, whatever thread calls it.
exporters! {
    /// The exporter of spans.
    span_exporter => SpanExporter;
    /// The exporter of metrics.
    metric_exporter => MetricExporter;
    /// The exporter of log events.
    event_exporter => LogExporter;
}

/// What an arm's exporter is built with.
pub(super) struct Building<'a> {
    pub(super) otlp: &'a Otlp,
    pub(super) destination: &'a Destination,
    pub(super) worker: &'a Worker,
    pub(super) failure: &'a LastFailure,
    pub(super) lost: &'a Lost,
}

impl Building<'_> {
    fn report(&self, arm: Kind) -> Report {
        Report::new(arm, &self.destination.endpoint, self.failure.clone(), self.lost.clone())
    }

    pub(super) fn spans(&self) -> Result<impl SpanProcessor + use<>, InstallError> {
        let Self { otlp, destination, worker, failure, lost } = *self;
        let exporter = span_exporter(otlp, destination, worker, failure)?;
        let limits = BatchLimits::of(Kind::Spans, otlp, destination.protocol)?;
        let report = self.report(Kind::Spans);
        Ok(SpanBatches::new(exporter, limits, worker.runtime(), lost.clone(), report))
    }

    pub(super) fn metrics(&self) -> Result<OnWorker<MetricExporter>, InstallError> {
        metric_exporter(self.otlp, self.destination, self.worker, self.failure)
    }

    pub(super) fn events(&self) -> Result<impl LogProcessor + use<>, InstallError> {
        let Self { otlp, destination, worker, failure, lost } = *self;
        let exporter = event_exporter(otlp, destination, worker, failure)?;
        let limits = BatchLimits::of(Kind::Events, otlp, destination.protocol)?;
        let (exporter, report) = (OfEvents(exporter), self.report(Kind::Events));
        Ok(EventBatches::new(exporter, limits, worker.runtime(), lost.clone(), report))
    }
}

impl From<Compression> for opentelemetry_otlp::Compression {
    fn from(compression: Compression) -> Self {
        match compression {
            Compression::Gzip => Self::Gzip,
            Compression::Zstd => Self::Zstd,
        }
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> InstallError {
    InstallError::Exporter(Box::new(error))
}

fn invalid_header(name: &str) -> InstallError {
    InstallError::InvalidSetting {
        setting: "header".to_owned(),
        value: name.to_owned(),
        reason: "the name or the value of this header has characters that a header cannot have"
            .to_owned(),
    }
}

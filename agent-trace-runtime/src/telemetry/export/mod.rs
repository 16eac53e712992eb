//! What pushes telemetry out: batches, how they are written, and how they are delivered.

mod batch;
mod content;
mod control;
mod counts;
mod delivery;
mod encoding;
mod end;
mod event_limits;
mod metrics;
mod observation;
mod report;
mod sample;
mod spool;
#[cfg(test)]
mod tests;
mod transport;
#[cfg(feature = "zipkin")]
mod zipkin;

use std::fmt::Debug;

use opentelemetry_sdk::logs::LogProcessor;
use opentelemetry_sdk::metrics::PeriodicReader;
use opentelemetry_sdk::metrics::reader::MetricReader;
use opentelemetry_sdk::trace::{SpanData, SpanProcessor};

use self::batch::{BatchLimits, EventBatches, SpanBatches};
use self::delivery::{Delivery, Parts};
use self::encoding::Encode;
use self::end::{End, Ending};
use self::event_limits::LimitedEvents;
use self::metrics::MetricsPush;
use self::report::Report;
use self::spool::Spool;
use self::transport::Transport;
use super::arm::Kind;
use super::destination::Destination;
use super::environment::Environment;
use super::error::InstallError;
use super::failure::LastFailure;
use super::settings::SpoolSettings;
use super::worker::Worker;

pub(super) use control::Control;
pub(super) use counts::Counts;
pub use counts::{ExportCounts, Loss};
pub(super) use encoding::Format;
pub(super) use event_limits::EventLimits;
pub(super) use observation::{Observed, observe};
pub(super) use sample::{Sample, span_context};
pub(super) use spool::waiting_bytes;
pub(super) use transport::{Answered, Attempt, Noticed, TOO_LATE};

/// What an exporter is built with.
pub(super) struct Building<'a> {
    pub(super) environment: &'a Environment,
    pub(super) destination: &'a Destination,
    pub(super) worker: &'a Worker,
    pub(super) failure: &'a LastFailure,
    pub(super) counts: &'a Counts,
    pub(super) spool: Option<&'a SpoolSettings>,
    pub(super) queued_bytes: usize,
    pub(super) request_bytes: usize,
}

impl Building<'_> {
    pub(super) fn spans(&self) -> Result<(Box<dyn SpanProcessor>, Control), InstallError> {
        #[cfg(feature = "zipkin")]
        if self.destination.format == Format::Zipkin {
            return self.span_batches(zipkin::encoder()?);
        }
        self.span_batches(encoding::spans(self.destination.format)?)
    }

    fn span_batches<E: Encode<SpanData> + Debug + Sync>(
        &self,
        encoder: E,
    ) -> Result<(Box<dyn SpanProcessor>, Control), InstallError> {
        let limits = self.limits(Kind::Spans)?;
        let ending = Ending::new();
        let delivery = self.delivery(Kind::Spans, Some(limits), ending.end())?;
        let (runtime, counts) = (self.worker.runtime(), self.counts.clone());
        let batches = SpanBatches::new(encoder, limits, runtime, counts, delivery, ending);
        let control = batches.control();
        Ok((Box::new(batches), control))
    }

    pub(super) fn metrics(&self) -> Result<(impl MetricReader + use<>, Control), InstallError> {
        let encoder = encoding::metrics(self.destination.format, self.destination.temporality)?;
        let ending = Ending::new();
        let delivery = self.delivery(Kind::Metrics, None, ending.end())?;
        let push = MetricsPush::new(encoder, &self.worker.runtime(), delivery, ending);
        let control = push.control();
        let interval = self.environment.metric_interval()?;
        Ok((PeriodicReader::builder(push).with_interval(interval).build(), control))
    }

    pub(super) fn events(&self) -> Result<(impl LogProcessor + use<>, Control), InstallError> {
        let limits = self.limits(Kind::Events)?;
        let encoder = encoding::events(self.destination.format)?;
        let limits_of_events = self.environment.event_limits()?;
        let encoder = LimitedEvents { encoder, limits: limits_of_events };
        let ending = Ending::new();
        let delivery = self.delivery(Kind::Events, Some(limits), ending.end())?;
        let (runtime, counts) = (self.worker.runtime(), self.counts.clone());
        let batches = EventBatches::new(encoder, limits, runtime, counts, delivery, ending);
        let control = batches.control();
        Ok((batches, control))
    }

    fn limits(&self, kind: Kind) -> Result<BatchLimits, InstallError> {
        let format = self.destination.format;
        BatchLimits::of(self.environment, kind, self.queued_bytes, self.request_bytes, format)
    }

    fn delivery(
        &self,
        kind: Kind,
        limits: Option<BatchLimits>,
        end: End,
    ) -> Result<Delivery, InstallError> {
        let Self { destination, counts, .. } = self;
        let timeout = destination.timeout;
        Ok(Delivery::new(Parts {
            kind,
            transport: Transport::new(kind, destination, self.worker)?,
            patience: match limits {
                Some(limits) => limits.patience.min(timeout),
                None => self.environment.metric_timeout()?.min(timeout),
            },
            most_bytes: self.request_bytes,
            spool: self.spool(kind)?,
            end,
            counts: (*counts).clone(),
            report: Report::new(kind, &destination.endpoint, self.failure.clone()),
        }))
    }

    fn spool(&self, kind: Kind) -> Result<Option<Spool>, InstallError> {
        let Some(settings) = self.spool else { return Ok(None) };
        let Destination { name, place, .. } = self.destination;
        let mut name = format!("{}-{}", kind.word(), name.replace('/', "-"));
        if *place > 0 {
            name = format!("{name}-{}", place + 1);
        }
        let spool = Spool::open(settings, &name, self.counts.clone());
        spool.map(Some).map_err(|error| InstallError::InvalidSetting {
            setting: "spool".to_owned(),
            value: settings.directory.display().to_string(),
            reason: format!("this folder cannot be used: {error}"),
        })
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> InstallError {
    InstallError::Exporter(Box::new(error))
}

#[cfg(any(feature = "__http-client", feature = "otlp-grpc"))]
fn invalid_header(name: &str) -> InstallError {
    InstallError::InvalidSetting {
        setting: "header".to_owned(),
        value: name.to_owned(),
        reason: "the name or the value of this header has characters that a header cannot have"
            .to_owned(),
    }
}

//! One item for a destination, which is sent once: by it, somebody finds out whether others would arrive.

use std::time::{Duration, SystemTime};

use opentelemetry::InstrumentationScope;
use opentelemetry::logs::{AnyValue, LogRecord as _, Logger, LoggerProvider, Severity};
use opentelemetry::metrics::MeterProvider;
use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceState};
use opentelemetry_http::Bytes;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator, SpanData, SpanEvents, SpanLinks};

use super::batch::{BatchLimits, Event};
use super::delivery::Batch;
use super::encoding::{self, Encode, Encoder, Format};
use super::end::{self, End, Ending};
use super::transport::{Attempt, Noticed, Transport};
use crate::telemetry::arm::Kind;
use crate::telemetry::destination::Destination;
use crate::telemetry::environment::Environment;
use crate::telemetry::error::InstallError;
use crate::telemetry::settings::{DEFAULT_QUEUED_BYTES, DEFAULT_REQUEST_BYTES};
use crate::telemetry::worker::Worker;

/// By what name the items go.
const NAME: &str = "agent_trace.doctor";

/// An item, and the way to where it goes.
#[derive(Debug)]
pub(in super::super) struct Sample {
    transport: Transport,
    batch: Batch,
    end: End,
    /// Telemetry does not end meanwhile.
    _ending: Ending,
}

impl Sample {
    /// The item is of the trace `span`.
    pub(in super::super) fn new(
        environment: &Environment,
        kind: Kind,
        destination: &Destination,
        worker: &Worker,
        (resource, span): (&Resource, &SpanContext),
    ) -> Result<Self, InstallError> {
        // What they say is not needed, but for what is wrong with it.
        match kind {
            Kind::Metrics => {
                environment.metric_interval()?;
                environment.metric_timeout()?;
            }
            Kind::Spans | Kind::Events => {
                let (queued, most) = (DEFAULT_QUEUED_BYTES, DEFAULT_REQUEST_BYTES);
                BatchLimits::of(environment, kind, queued, most, destination.format)?;
                environment.event_limits()?;
            }
        }
        let transport = Transport::new(kind, destination, worker)?;
        let body = body(kind, destination.format, resource, span)?;
        let ending = end::Ending::new();
        let end = ending.end();
        let batch = Batch { body, items: 1, format: destination.format };
        Ok(Self { transport, batch, end, _ending: ending })
    }

    pub(in super::super) async fn send(mut self, patience: Duration) -> (Attempt, Noticed) {
        let mut noticed = Noticed::default();
        let Self { transport, batch, end, .. } = &mut self;
        let attempt = transport.attempt_noticing(batch, patience, end, &mut noticed).await;
        (attempt, noticed)
    }
}

/// The context of a span that stands for a run of the doctor.
pub(in super::super) fn span_context() -> SpanContext {
    let ids = RandomIdGenerator::default();
    let (trace, span) = (ids.new_trace_id(), ids.new_span_id());
    SpanContext::new(trace, span, TraceFlags::SAMPLED, false, TraceState::NONE)
}

fn body(
    kind: Kind,
    format: Format,
    resource: &Resource,
    span: &SpanContext,
) -> Result<Bytes, InstallError> {
    let written = match kind {
        Kind::Spans => {
            #[cfg(feature = "zipkin")]
            if format == Format::Zipkin {
                let encoder = super::zipkin::encoder()?;
                return encode(encoder, resource, span_data(span.clone())).map_err(unwritable);
            }
            encode(encoding::spans(format)?, resource, span_data(span.clone()))
        }
        Kind::Events => encode(encoding::events(format)?, resource, event(span)),
        Kind::Metrics => metric(format, resource)?,
    };
    written.map_err(unwritable)
}

fn unwritable(reason: String) -> InstallError {
    InstallError::Exporter(reason.into())
}

fn encode<T>(mut encoder: impl Encode<T>, resource: &Resource, item: T) -> Result<Bytes, String> {
    encoder.set_resource(resource);
    encoder.encode(vec![item])
}

fn scope() -> InstrumentationScope {
    InstrumentationScope::builder("agent-trace").with_version(env!("CARGO_PKG_VERSION")).build()
}

fn span_data(context: SpanContext) -> SpanData {
    let now = SystemTime::now();
    SpanData {
        span_context: context,
        parent_span_id: SpanId::INVALID,
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: NAME.into(),
        start_time: now,
        end_time: now,
        attributes: Vec::new(),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: scope(),
    }
}

fn event(span: &SpanContext) -> Event {
    let logger = SdkLoggerProvider::builder().build().logger("agent-trace");
    let mut record = logger.create_log_record();
    record.set_event_name(NAME);
    record.set_timestamp(SystemTime::now());
    record.set_observed_timestamp(SystemTime::now());
    record.set_severity_number(Severity::Info);
    record.set_severity_text("INFO");
    record.set_body(AnyValue::from("the doctor has asked whether log events arrive"));
    record.set_trace_context(span.trace_id(), span.span_id(), Some(span.trace_flags()));
    Event { record, scope: scope() }
}

/// A metric can only be made by being collected.
fn metric(format: Format, resource: &Resource) -> Result<Result<Bytes, String>, InstallError> {
    let Encoder { exporter, sent, .. } = encoding::metrics(format, None)?;
    let reader = PeriodicReader::builder(exporter).build();
    let provider =
        SdkMeterProvider::builder().with_resource(resource.clone()).with_reader(reader).build();
    let counter = provider.meter_with_scope(scope()).u64_counter(NAME).build();
    counter.add(1, &[]);
    let collected = provider.shutdown();
    let collected = Encoder { exporter: (), sent, format }.capture(std::future::ready(collected));
    Ok(collected)
}

//! The kits, each set up once for a process and with a destination of its own.

use std::borrow::Cow;
use std::sync::Arc;

use agent_trace_runtime::Telemetry;
use fastrace::collector::{Config, SpanContext};
use fastrace_opentelemetry::OpenTelemetryReporter;
use opentelemetry::InstrumentationScope;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::{ManualReader, SdkMeterProvider};
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider, SpanExporter};
use trace_weft::{SpanRecord, TraceStore};
use tracing_subscriber::layer::SubscriberExt;

use crate::alternate::Variant;
use crate::destination::Discard;
use crate::table::{BY_HAND, FASTRACE, OURS, REQWEST_TRACING, TOWER, TRACE_WEFT, TRACING};
use crate::work::by_hand::Instruments;

/// This project's telemetry, installed until it is dropped.
#[derive(Debug)]
pub struct Ours {
    telemetry: Telemetry,
    discard: Discard,
}

impl Ours {
    /// Spans alone.
    pub fn install() -> Self {
        let discard = Discard::default();
        let telemetry = Telemetry::builder().span_processor(discard.batched()).install();
        Self { telemetry: telemetry.expect("no other is installed"), discard }
    }

    /// Spans and metrics.
    pub fn install_with_metrics() -> Self {
        let discard = Discard::default();
        let builder = Telemetry::builder().span_processor(discard.batched());
        let telemetry = builder.metric_reader(ManualReader::default()).install();
        Self { telemetry: telemetry.expect("no other is installed"), discard }
    }

    pub fn variant<'a>(&'a self, spans: u64, work: impl FnMut() + 'a) -> Variant<'a> {
        let flush = || self.telemetry.flush().expect("what discards does not fail");
        delivering(Variant::new(OURS, work), &self.discard, spans, flush)
    }
}

impl Drop for Ours {
    fn drop(&mut self) {
        self.telemetry.shutdown().expect("what discards does not fail");
    }
}

/// All of the others.
#[derive(Debug)]
pub struct Peers {
    pub by_hand: Instruments,
    by_hand_spans: Provider,
    tracing_spans: Provider,
    tower_spans: Provider,
    fastrace_spans: Discard,
    trace_weft_spans: Discard,
}

#[derive(Debug)]
struct Provider {
    provider: SdkTracerProvider,
    discard: Discard,
}

impl Provider {
    fn new() -> Self {
        let discard = Discard::default();
        let provider = SdkTracerProvider::builder().with_span_processor(discard.batched()).build();
        Self { provider, discard }
    }

    fn variant<'a>(
        &'a self,
        name: &'static str,
        spans: u64,
        work: impl FnMut() + 'a,
    ) -> Variant<'a> {
        let flush = || self.provider.force_flush().expect("what discards does not fail");
        delivering(Variant::new(name, work), &self.discard, spans, flush)
    }
}

impl Peers {
    /// Once for a process: subscriber, reporter and store are global.
    pub fn install() -> Self {
        let by_hand_spans = Provider::new();
        Self {
            by_hand: Instruments::new(by_hand_spans.provider.tracer("by hand"), meters()),
            by_hand_spans,
            tracing_spans: install_tracing(),
            tower_spans: install_tower(),
            fastrace_spans: install_fastrace(),
            trace_weft_spans: install_trace_weft(),
        }
    }

    pub fn by_hand<'a>(&'a self, spans: u64, work: impl FnMut() + 'a) -> Variant<'a> {
        self.by_hand_spans.variant(BY_HAND, spans, work)
    }

    pub fn tracing<'a>(&'a self, spans: u64, work: impl FnMut() + 'a) -> Variant<'a> {
        self.tracing_spans.variant(TRACING, spans, work)
    }

    /// The layer of `opentelemetry-instrumentation-tower`.
    pub fn tower<'a>(&'a self, spans: u64, work: impl FnMut() + 'a) -> Variant<'a> {
        self.tower_spans.variant(TOWER, spans, work)
    }

    /// The middleware of `reqwest-tracing`, by `tracing-opentelemetry`.
    pub fn reqwest<'a>(&'a self, spans: u64, work: impl FnMut() + 'a) -> Variant<'a> {
        self.tracing_spans.variant(REQWEST_TRACING, spans, work)
    }

    pub fn fastrace<'a>(&'a self, spans: u64, work: impl FnMut() + 'a) -> Variant<'a> {
        delivering(Variant::new(FASTRACE, work), &self.fastrace_spans, spans, flush_fastrace)
    }

    pub fn trace_weft<'a>(&'a self, spans: u64, work: impl FnMut() + 'a) -> Variant<'a> {
        delivering(Variant::new(TRACE_WEFT, work), &self.trace_weft_spans, spans, || ())
    }
}

/// Flushes after each turn, and sees to it that all spans of the turn have arrived.
fn delivering<'a>(
    variant: Variant<'a>,
    discard: &'a Discard,
    spans: u64,
    flush: impl Fn() + 'a,
) -> Variant<'a> {
    // A span of other work, which ended when that was dropped, is not one of these.
    flush();
    let mut before = discard.received();
    variant.settled_by(move |times| {
        flush();
        let received = discard.received();
        assert_eq!(received - before, times * spans, "spans arrive, and none is lost");
        before = received;
    })
}

/// By hand where nothing is sampled: there is nothing to deliver.
pub fn unsampled_by_hand() -> Instruments {
    let spans = SdkTracerProvider::builder()
        .with_sampler(Sampler::AlwaysOff)
        .with_span_processor(Discard::default().batched())
        .build();
    Instruments::new(spans.tracer("by hand"), meters())
}

fn meters() -> SdkMeterProvider {
    SdkMeterProvider::builder().with_reader(ManualReader::default()).build()
}

fn install_tracing() -> Provider {
    let spans = Provider::new();
    let subscriber = tracing_subscriber(spans.provider.tracer("tracing"));
    tracing::subscriber::set_global_default(subscriber).expect("no other is installed");
    spans
}

/// It knows no other provider than the global one.
fn install_tower() -> Provider {
    let spans = Provider::new();
    opentelemetry::global::set_tracer_provider(spans.provider.clone());
    spans
}

/// Adds nothing of its own to the attributes of spans.
pub fn tracing_subscriber(tracer: SdkTracer) -> impl tracing::Subscriber + Send + Sync {
    let layer = tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false)
        .with_level(false)
        .with_target(false)
        .with_tracked_inactivity(false);
    tracing_subscriber::registry().with(layer)
}

pub fn fastrace_reporter(exporter: impl SpanExporter + 'static) -> OpenTelemetryReporter {
    let scope = InstrumentationScope::builder("fastrace").build();
    OpenTelemetryReporter::new(exporter, Cow::Owned(Resource::builder().build()), scope)
}

fn install_fastrace() -> Discard {
    let discard = Discard::default();
    fastrace::set_reporter(fastrace_reporter(discard.clone()), Config::default());
    discard
}

/// What its queue had no room for goes on with the next command, here one that leaves no span.
fn flush_fastrace() {
    fastrace::flush();
    fastrace::Span::root("", SpanContext::random()).cancel();
    fastrace::flush();
}

fn install_trace_weft() -> Discard {
    let discard = Discard::default();
    trace_weft::init_custom(Arc::new(Store(discard.clone()))).expect("no other is installed");
    discard
}

/// Discards at once: `trace-weft` has no queue of its own.
struct Store(Discard);

#[async_trait::async_trait]
impl TraceStore for Store {
    async fn record_span(&self, span: SpanRecord) -> Result<(), anyhow::Error> {
        drop(std::hint::black_box(span));
        self.0.take(1);
        Ok(())
    }
}

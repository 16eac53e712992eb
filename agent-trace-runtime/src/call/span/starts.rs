//! Starts of spans, for processors of the application's own that hear of them.
//!
//! They get a span of the SDK with the ids of the call's; what they set on it goes to the call.

use std::cell::RefCell;

use opentelemetry::trace::{
    Link, SpanBuilder, SpanContext, SpanId, SpanKind, Status, TraceId, Tracer, TracerProvider,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{
    IdGenerator, SamplingDecision, SamplingResult, SdkTracer, SdkTracerProvider, ShouldSample,
    SpanLimits,
};

use super::processor::Processor;
use super::record::Open;

thread_local! {
    /// The context of the span that is built next.
    static NEXT: RefCell<SpanContext> = const { RefCell::new(SpanContext::NONE) };
}

/// Makes spans of the contexts that it is given, which are nobody's when they end.
#[derive(Debug)]
pub(super) struct Starts(SdkTracer);

impl Starts {
    pub(super) fn new(limits: SpanLimits) -> Self {
        let provider = SdkTracerProvider::builder()
            .with_span_limits(limits)
            .with_sampler(AsDecided)
            .with_id_generator(AsDecided)
            .build();
        Self(provider.tracer(env!("CARGO_PKG_NAME")))
    }

    pub(super) fn tell<'a>(
        &self,
        open: &mut Open,
        parent: &Context,
        hearing: impl Iterator<Item = &'a Processor>,
    ) {
        // While the thread ends, nobody hears of a start.
        if NEXT.try_with(|next| next.borrow_mut().clone_from(&open.span_context)).is_err() {
            return;
        }
        let name = open.site.span_name();
        let builder = SpanBuilder::from_name(name)
            .with_kind(open.site.operation.kind())
            .with_start_time(open.start_time)
            .with_attributes(std::mem::take(&mut open.attributes));
        let mut span = self.0.build_with_context(builder, parent);
        for processor in hearing {
            processor.start(&mut span, parent);
        }
        let Some(told) = span.exported_data() else { return };
        open.attributes = told.attributes;
        if told.name != name {
            open.name = Some(told.name);
        }
        let has_more = !told.events.is_empty()
            || !told.links.is_empty()
            || told.status != Status::Unset
            || told.dropped_attributes_count > 0;
        if has_more {
            let recorded = open.recorded.get_or_insert_default();
            recorded.dropped_attributes = told.dropped_attributes_count;
            recorded.events = told.events;
            recorded.links = told.links;
            recorded.status = told.status;
        }
    }
}

/// Samples and names the next span as was decided before.
#[derive(Clone, Debug)]
struct AsDecided;

impl IdGenerator for AsDecided {
    fn new_trace_id(&self) -> TraceId {
        NEXT.with_borrow(SpanContext::trace_id)
    }

    fn new_span_id(&self) -> SpanId {
        NEXT.with_borrow(SpanContext::span_id)
    }
}

impl ShouldSample for AsDecided {
    fn should_sample(
        &self,
        _parent: Option<&Context>,
        _trace_id: TraceId,
        _name: &str,
        _kind: &SpanKind,
        _attributes: &[KeyValue],
        _links: &[Link],
    ) -> SamplingResult {
        NEXT.with_borrow(|next| SamplingResult {
            decision: if next.is_sampled() {
                SamplingDecision::RecordAndSample
            } else {
                SamplingDecision::RecordOnly
            },
            attributes: Vec::new(),
            trace_state: next.trace_state().clone(),
        })
    }
}

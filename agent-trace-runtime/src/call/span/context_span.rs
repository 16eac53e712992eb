//! A call's span as it stands in a context: for the body, and for other libraries.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::KeyValue;
use opentelemetry::trace::{Event, Link, Span, SpanContext, Status, TraceState};
use opentelemetry_sdk::trace::SpanLimits;

use super::record::{Record, Recorded};

/// It takes what others set and keeps it for the end of the call.
#[derive(Debug)]
pub(in super::super) struct ContextSpan {
    span_context: SpanContext,
    record: Arc<Record>,
}

/// The same context. A derived clone copies the bytes of a trace state also where there is none, and the processor waits for
/// them where they have just been written in parts.
#[inline]
pub(in super::super) fn copied(span_context: &SpanContext) -> SpanContext {
    if span_context.trace_state() != &TraceState::NONE {
        return with_state(span_context);
    }
    SpanContext::new(
        span_context.trace_id(),
        span_context.span_id(),
        span_context.trace_flags(),
        span_context.is_remote(),
        TraceState::NONE,
    )
}

#[cold]
fn with_state(span_context: &SpanContext) -> SpanContext {
    span_context.clone()
}

impl ContextSpan {
    #[inline]
    pub(in super::super) fn new(span_context: &SpanContext, record: &Arc<Record>) -> Self {
        Self { span_context: copied(span_context), record: Arc::clone(record) }
    }

    fn record(&self, record: impl FnOnce(&mut Recorded, SpanLimits)) {
        self.record.record(|recorded, limits| {
            if recorded.ended_at.is_none() {
                record(recorded, limits);
            }
        });
    }
}

impl Span for ContextSpan {
    fn add_event_with_timestamp<T>(
        &mut self,
        name: T,
        timestamp: SystemTime,
        attributes: Vec<KeyValue>,
    ) where
        T: Into<Cow<'static, str>>,
    {
        let event = Event::new(name, timestamp, attributes, 0);
        self.record(|recorded, limits| recorded.add_event(event, limits));
    }

    fn span_context(&self) -> &SpanContext {
        &self.span_context
    }

    fn is_recording(&self) -> bool {
        self.record.is_recording()
    }

    fn set_attribute(&mut self, attribute: KeyValue) {
        self.record(|recorded, limits| recorded.set_attribute(attribute, limits));
    }

    fn set_status(&mut self, status: Status) {
        self.record(|recorded, _| {
            if status > recorded.status {
                recorded.status = status;
            }
        });
    }

    fn update_name<T>(&mut self, name: T)
    where
        T: Into<Cow<'static, str>>,
    {
        if self.is_recording() {
            self.record.with(|open| open.name = Some(name.into()));
        }
    }

    fn add_link(&mut self, span_context: SpanContext, attributes: Vec<KeyValue>) {
        let link = Link::new(span_context, attributes, 0);
        self.record(|recorded, limits| recorded.add_link(link, limits));
    }

    /// The call goes on; nothing more is taken from others.
    fn end_with_timestamp(&mut self, timestamp: SystemTime) {
        self.record(|recorded, _| recorded.ended_at = Some(timestamp));
    }
}

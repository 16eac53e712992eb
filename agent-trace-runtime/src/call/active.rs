//! A call while it runs: its span is open, and current whenever its body executes.

use opentelemetry::trace::{Span, SpanBuilder, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue};

use super::current::{Attached, Current};
use super::dispatch::{self, Pipeline};
use super::future::{self, TracedFuture};
use super::outcome::{Failure, Outcome};
use super::site::CallSite;
use super::start::Start;
use crate::semconv;

/// A call that has started, or nothing at all where telemetry is off.
///
/// Dropped before it has finished, it ends its span as cancelled.
#[derive(Debug)]
#[must_use = "a call that is dropped at once ends as cancelled"]
pub struct ActiveCall(Option<Running>);

#[derive(Debug)]
pub(super) struct Running {
    current: Current,
    /// What the arguments said. The SDK keeps an attribute that is set twice twice, so all that the
    /// body may set again is kept here and written once, at the end.
    attributes: Vec<KeyValue>,
}

impl CallSite {
    /// Starts a call of a plain function. `record` sees the function's arguments, and is asked only if
    /// the span records.
    #[inline]
    pub fn start(&'static self, record: impl FnOnce(&mut Start<'_>)) -> ActiveCall {
        if dispatch::is_off() {
            return ActiveCall(None);
        }
        ActiveCall(self.start_in(Context::current(), record))
    }

    /// Starts the call of the future whose first poll this is, as the first thing that its body does.
    #[inline]
    pub fn begin(&'static self, record: impl FnOnce(&mut Start<'_>)) {
        if !dispatch::is_off() {
            future::begin(|| self.start_in(Context::current(), record));
        }
    }

    fn start_in(
        &'static self,
        parent: Context,
        record: impl FnOnce(&mut Start<'_>),
    ) -> Option<Running> {
        if parent.is_telemetry_suppressed() {
            return None;
        }
        let mut span = dispatch::with_pipeline(&parent, |pipeline| self.build(pipeline, &parent))?;
        let mut attributes = Vec::new();
        let context = if span.is_recording() {
            record(&mut Start::new(self, &mut span, &mut attributes));
            parent.with_span(span)
        } else {
            parent.with_remote_span_context(span.span_context().clone())
        };
        Some(Running { current: Current::new(context), attributes })
    }

    fn build(
        &'static self,
        pipeline: &Pipeline,
        parent: &Context,
    ) -> opentelemetry_sdk::trace::Span {
        let builder = SpanBuilder::from_name(self.span_name())
            .with_kind(self.operation.kind())
            .with_attributes(self.start_attributes());
        pipeline.tracer.build_with_context(builder, parent)
    }
}

impl ActiveCall {
    pub(super) const fn none() -> Self {
        Self(None)
    }

    pub(super) fn set(&mut self, running: Running) {
        self.0 = Some(running);
    }

    /// Ends the call with a future that a plain function has returned.
    pub(super) fn run<F, I>(self, future: F, inspect: I) -> TracedFuture<F, I>
    where
        F: Future,
        I: FnOnce(&F::Output) -> Outcome,
    {
        TracedFuture::started(self, future, inspect)
    }

    /// Runs the body of a plain function, or one poll of a future, with the span current.
    #[inline]
    pub fn enter<T>(&mut self, body: impl FnOnce() -> T) -> T {
        match &mut self.0 {
            None => body(),
            Some(running) => running.enter(body),
        }
    }

    pub(super) const fn is_off(&self) -> bool {
        self.0.is_none()
    }

    /// Ends the span as `inspect` says of `output`.
    #[inline]
    pub(super) fn finish<T>(&mut self, output: &T, inspect: impl FnOnce(&T) -> Outcome) {
        if let Some(mut running) = self.0.take() {
            let outcome =
                if running.current.is_recording() { inspect(output) } else { Outcome::default() };
            running.end(outcome);
        }
    }
}

impl Running {
    pub(super) fn attach(&mut self) -> Attached {
        self.current.attach()
    }

    pub(super) fn detach(&mut self, attached: Attached) {
        self.current.detach(attached);
    }

    fn enter<T>(&mut self, body: impl FnOnce() -> T) -> T {
        let mut entered = Entered { attached: Some(self.attach()), running: self, returned: false };
        let output = body();
        entered.returned = true;
        output
    }

    pub(super) fn end_as_panicked(&mut self) {
        self.end(Outcome::panicked());
    }

    /// Ends the span; of several ends, the first counts.
    fn end(&mut self, outcome: Outcome) {
        let mut attributes = std::mem::take(&mut self.attributes);
        let recorded = self.current.take_recorded();
        for attribute in recorded.attributes {
            attributes.retain(|known| known.key != attribute.key);
            attributes.push(attribute);
        }
        let mut response = outcome.response;
        if let Some(usage) = recorded.usage {
            response.get_or_insert_default().usage = Some(usage);
        }
        if let Some(response) = response {
            response.append_to(&mut attributes);
        }
        let Some(context) = self.current.context() else { return };
        let span = context.span();
        if let Some(Failure { error_type, description }) = outcome.failure {
            attributes.push(KeyValue::new(semconv::ERROR_TYPE, error_type));
            span.set_status(Status::error(description));
        }
        if !attributes.is_empty() {
            span.set_attributes(attributes);
        }
        span.end();
    }
}

impl Drop for ActiveCall {
    fn drop(&mut self) {
        if let Some(mut running) = self.0.take() {
            running.end(Outcome::cancelled());
        }
    }
}

/// The time in which a body executes; where it unwinds out of that, its span ends as panicked.
struct Entered<'a> {
    running: &'a mut Running,
    attached: Option<Attached>,
    returned: bool,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        if let Some(attached) = self.attached.take() {
            self.running.detach(attached);
        }
        if !self.returned {
            self.running.end_as_panicked();
        }
    }
}

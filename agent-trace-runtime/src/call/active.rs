//! A call while it runs: its span is open, and current whenever its body executes.

use opentelemetry::trace::{Span, SpanBuilder, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue};

use super::current::{Attached, Current};
use super::dispatch::{self, Pipeline};
use super::future::TracedFuture;
use super::outcome::{Failure, Outcome};
use super::site::CallSite;
use crate::semconv;
use crate::value::{
    AttributeBoolean, AttributeDouble, AttributeInteger, AttributeText, AttributeTexts,
    AttributeValue,
};

/// A call that has started, or nothing at all where telemetry is off.
///
/// Dropped before it has finished, it ends its span as cancelled.
#[derive(Debug)]
#[must_use = "a call that is dropped at once ends as cancelled"]
pub struct ActiveCall(Option<Running>);

#[derive(Debug)]
pub(crate) struct Running {
    current: Current,
}

impl CallSite {
    /// Starts a call. `record` sees the function's arguments, and is asked only if the span records.
    #[inline]
    pub fn start(&'static self, record: impl FnOnce(&mut Start)) -> ActiveCall {
        if dispatch::is_off() {
            return ActiveCall(None);
        }
        ActiveCall(self.start_in(Context::current(), record))
    }

    fn start_in(
        &'static self,
        parent: Context,
        record: impl FnOnce(&mut Start),
    ) -> Option<Running> {
        if parent.is_telemetry_suppressed() {
            return None;
        }
        let mut span = dispatch::with_pipeline(&parent, |pipeline| self.build(pipeline, &parent))?;
        let span = if span.is_recording() {
            let mut start = Start { site: self, span: &mut span };
            record(&mut start);
            parent.with_span(span)
        } else {
            parent.with_remote_span_context(span.span_context().clone())
        };
        Some(Running { current: Current::new(span) })
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

/// A span that has just started and is not yet shared: takes what the arguments say.
#[derive(Debug)]
pub struct Start<'a> {
    site: &'a CallSite,
    span: &'a mut opentelemetry_sdk::trace::Span,
}

impl Start<'_> {
    /// The model, tool, agent … of this call, which is recorded and ends the span's name.
    pub fn target(&mut self, target: &(impl AttributeText + ?Sized)) {
        let operation = self.site.operation;
        if let (Some(name), Some(target)) = (operation.name(), target.to_text()) {
            self.span.update_name(format!("{name} {target}"));
        }
        if let Some(key) = operation.target_key() {
            self.text(key, target);
        }
    }

    /// Records a name, where there is one.
    pub fn text(&mut self, key: &'static str, text: &(impl AttributeText + ?Sized)) {
        if let Some(text) = text.to_text() {
            self.span.set_attribute(KeyValue::new(key, text.into_owned()));
        }
    }

    /// Records an integer, where there is one.
    pub fn integer(&mut self, key: &'static str, value: &(impl AttributeInteger + ?Sized)) {
        self.set(key, value);
    }

    /// Records a number, where there is one.
    pub fn double(&mut self, key: &'static str, value: &(impl AttributeDouble + ?Sized)) {
        if let Some(value) = value.to_double() {
            self.span.set_attribute(KeyValue::new(key, value));
        }
    }

    /// Records a boolean, where there is one.
    pub fn boolean(&mut self, key: &'static str, value: &(impl AttributeBoolean + ?Sized)) {
        self.set(key, value);
    }

    /// Records a list of strings, where there is one.
    pub fn texts(&mut self, key: &'static str, value: &(impl AttributeTexts + ?Sized)) {
        self.set(key, value);
    }

    /// Records an attribute, where it has a value.
    pub fn set(&mut self, key: &'static str, value: &(impl AttributeValue + ?Sized)) {
        if let Some(value) = value.to_value() {
            self.span.set_attribute(KeyValue::new(key, value));
        }
    }
}

impl ActiveCall {
    /// Runs the body of an `async fn`; `inspect` reads the outcome from what it returns.
    pub fn run<F, I>(self, future: F, inspect: I) -> TracedFuture<F, I>
    where
        F: Future,
        I: FnOnce(&F::Output) -> Outcome,
    {
        TracedFuture::new(self, future, inspect)
    }

    /// Runs the body of a plain function, or one poll of a future, with the span current.
    #[inline]
    pub fn enter<T>(&mut self, body: impl FnOnce() -> T) -> T {
        match &mut self.0 {
            None => body(),
            Some(running) => running.enter(body),
        }
    }

    pub(crate) const fn is_off(&self) -> bool {
        self.0.is_none()
    }

    /// Ends the span as `inspect` says of `output`.
    #[inline]
    pub(crate) fn finish<T>(&mut self, output: &T, inspect: impl FnOnce(&T) -> Outcome) {
        if let Some(mut running) = self.0.take() {
            let outcome =
                if running.current.is_recording() { inspect(output) } else { Outcome::default() };
            running.end(outcome);
        }
    }
}

impl Running {
    fn enter<T>(&mut self, body: impl FnOnce() -> T) -> T {
        let mut entered =
            Entered { attached: Some(self.current.attach()), running: self, returned: false };
        let output = body();
        entered.returned = true;
        output
    }

    /// Ends the span; of several ends, the first counts.
    fn end(&mut self, outcome: Outcome) {
        let recorded = self.current.take_recorded();
        let mut attributes = recorded.attributes;
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
            self.running.current.detach(attached);
        }
        if !self.returned {
            self.running.end(Outcome::panicked());
        }
    }
}

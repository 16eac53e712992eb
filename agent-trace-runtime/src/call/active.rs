//! A call while it runs: its span is open, and current whenever its body executes.
//!
//! Little here is generic: what is, the compiler writes again for each annotated function.

use std::time::{Duration, Instant};

use opentelemetry::trace::{Span, SpanBuilder, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue};

use super::arguments::{begin_collecting, end_collecting};
use super::current::{self, Attached, Current};
use super::dispatch::{self, Pipeline};
use super::missing_usage;
use super::outcome::{Failure, Outcome};
use super::site::CallSite;
use crate::semconv;

/// A call that has started, one that will with its future's first poll, or nothing at all where
/// telemetry is off.
///
/// Dropped before it has finished, it ends its span as cancelled.
#[derive(Debug)]
#[must_use = "a call that is dropped at once ends as cancelled"]
pub struct ActiveCall(pub(super) State);

#[derive(Debug)]
pub(super) enum State {
    Off,
    /// The first poll of the future, or the body of a plain function, will start the call.
    Expected(&'static CallSite),
    Running(Running),
}

#[derive(Debug)]
pub(super) struct Running {
    current: Current,
    site: &'static CallSite,
    /// What the arguments said. The SDK keeps an attribute that is set twice twice, so all that the
    /// body may set again is kept here and written once, at the end.
    attributes: Vec<KeyValue>,
    /// When a model was called, by a clock that does not jump.
    started: Option<Instant>,
    /// What the stream that the body returned has told so far.
    streamed: Option<Box<Streamed>>,
}

/// What a stream has told so far.
#[derive(Debug, Default)]
pub(super) struct Streamed {
    pub(super) outcome: Outcome,
    chunks: i64,
    time_to_first_chunk: Option<Duration>,
}

impl CallSite {
    /// A call that starts when its body is entered.
    #[inline]
    pub const fn start(&'static self) -> ActiveCall {
        ActiveCall(State::Expected(self))
    }

    pub(super) fn start_here(&'static self) -> Option<Running> {
        if !current::thread_is_alive() {
            return None;
        }
        let parent = Context::current();
        if parent.is_telemetry_suppressed() {
            return None;
        }
        let span = dispatch::with_pipeline(&parent, |pipeline| self.build(pipeline, &parent))?;
        let context = if span.is_recording() {
            parent.with_span(span)
        } else {
            parent.with_remote_span_context(span.span_context().clone())
        };
        Some(Running {
            current: Current::new(context),
            site: self,
            attributes: Vec::new(),
            started: self.operation.is_inference().then(Instant::now),
            streamed: None,
        })
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
    /// Runs the body of a plain function with the span current.
    #[inline]
    pub fn enter<T>(&mut self, body: impl FnOnce() -> T) -> T {
        let entered = self.entered();
        let output = body();
        entered.leave();
        output
    }

    /// Makes the span current until what is returned is dropped, or left. The first time, that starts
    /// the call.
    #[inline]
    pub(super) fn entered(&mut self) -> Entered<'_> {
        match &mut self.0 {
            State::Off => Entered { call: self, attached: None, is_first: false },
            State::Expected(site) => {
                let site = *site;
                self.start(site)
            }
            State::Running(running) => {
                let attached = Some(running.attach());
                Entered { call: self, attached, is_first: false }
            }
        }
    }

    fn start(&mut self, site: &'static CallSite) -> Entered<'_> {
        self.0 = State::Off;
        if dispatch::is_off() {
            return Entered { call: self, attached: None, is_first: false };
        }
        let attached = match site.start_here() {
            None => {
                begin_collecting(None);
                None
            }
            Some(mut running) => {
                begin_collecting(running.current.is_recording().then_some(site));
                let attached = running.attach();
                self.0 = State::Running(running);
                Some(attached)
            }
        };
        Entered { call: self, attached, is_first: true }
    }

    pub(super) const fn is_off(&self) -> bool {
        matches!(self.0, State::Off)
    }

    /// Whether the end needs an outcome.
    pub(super) fn is_recording(&self) -> bool {
        matches!(&self.0, State::Running(running) if running.current.is_recording())
    }

    /// The same call, which from now on lasts as long as a stream.
    pub(super) fn into_streaming(mut self) -> Self {
        if let State::Running(running) = &mut self.0 {
            running.streamed = Some(Box::default());
        }
        self
    }

    /// Ends the span; of several ends, the first counts.
    pub(super) fn end(&mut self, outcome: Outcome) {
        if let State::Running(mut running) = std::mem::replace(&mut self.0, State::Off)
            && !running.end(outcome)
            && running.site.expects_usage()
        {
            missing_usage::note(running.site);
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

    /// Notes that a stream has given another item.
    pub(super) fn observe_chunk(&mut self) -> &mut Streamed {
        let streamed = self.streamed.get_or_insert_default();
        if streamed.chunks == 0 {
            streamed.time_to_first_chunk = self.started.map(|started| started.elapsed());
        }
        streamed.chunks += 1;
        if streamed.chunks <= i64::from(self.site.chunk_events)
            && let Some(context) = self.current.context()
        {
            let index = KeyValue::new(semconv::STREAM_CHUNK_INDEX, streamed.chunks);
            context.span().add_event(semconv::STREAM_CHUNK_EVENT, vec![index]);
        }
        streamed
    }

    /// Ends the span of a call that was dropped before its end, when nobody expects it to tell more.
    pub(super) fn end_dropped(&mut self) {
        self.end(match &self.streamed {
            _ if self.site.cancel_is_ok => Outcome::default(),
            Some(_) => Outcome::abandoned(),
            None => Outcome::cancelled(),
        });
    }

    /// Ends the span; gives whether the call has told of its usage, or need not: it failed, or nobody asked.
    fn end(&mut self, outcome: Outcome) -> bool {
        let Some(context) = self.current.context().cloned() else { return true };
        let span = context.span();
        if !span.is_recording() {
            span.end();
            return true;
        }
        let mut attributes = std::mem::take(&mut self.attributes);
        let recorded = self.current.take_recorded();
        for attribute in recorded.attributes {
            attributes.retain(|known| known.key != attribute.key);
            attributes.push(attribute);
        }
        let mut response = outcome.response;
        if let Some(streamed) = self.streamed.take() {
            if self.site.operation.is_inference() {
                attributes.push(KeyValue::new(semconv::REQUEST_STREAM, true));
            }
            if let Some(time) = streamed.time_to_first_chunk {
                attributes.push(KeyValue::new(semconv::TIME_TO_FIRST_CHUNK, time.as_secs_f64()));
            }
            attributes.push(KeyValue::new(semconv::STREAM_CHUNK_COUNT, streamed.chunks));
            response.merge(streamed.outcome.response);
        }
        if let Some(mapped) = recorded.response {
            response.merge(*mapped);
        }
        if let Some(usage) = recorded.usage {
            response.usage = Some(usage);
        }
        if let (Some(key), Some(count)) = (self.site.operation.count_key(), recorded.count)
            && !attributes.iter().any(|known| known.key.as_str() == key)
        {
            attributes.push(KeyValue::new(key, count));
        }
        if recorded.attempts > 1 {
            attributes.push(KeyValue::new(semconv::ATTEMPT_COUNT, recorded.attempts));
        }
        let failure = outcome.failure.filter(|_| !recorded.is_forgiven);
        let has_told = failure.is_some() || response.usage.is_some();
        response.append_to(&mut attributes);
        if let Some(Failure { error_type, description }) = failure {
            attributes.push(KeyValue::new(semconv::ERROR_TYPE, error_type));
            span.set_status(Status::error(description));
        }
        if !attributes.is_empty() {
            span.set_attributes(attributes);
        }
        span.end();
        has_told
    }
}

impl Drop for ActiveCall {
    fn drop(&mut self) {
        if let State::Running(mut running) = std::mem::replace(&mut self.0, State::Off) {
            running.end_dropped();
        }
    }
}

/// The time in which a body executes; where it unwinds out of that, its span ends as panicked.
#[derive(Debug)]
pub(super) struct Entered<'a> {
    call: &'a mut ActiveCall,
    /// Taken when the time ends in good order: what still has it is unwinding.
    attached: Option<Attached>,
    /// Whether the body reads its arguments in this time.
    is_first: bool,
}

impl Entered<'_> {
    /// Ends the time of execution in good order.
    #[inline]
    pub(super) fn leave(mut self) {
        self.detach();
    }

    /// Whether the call was current until now.
    #[inline]
    fn detach(&mut self) -> bool {
        if std::mem::take(&mut self.is_first) {
            self.end_first();
        }
        match (&mut self.call.0, self.attached.take()) {
            (State::Running(running), Some(attached)) => {
                running.current.detach(attached);
                true
            }
            _ => false,
        }
    }

    fn end_first(&mut self) {
        let attributes = end_collecting();
        if let State::Running(running) = &mut self.call.0 {
            running.attributes = attributes;
        }
    }
}

impl Drop for Entered<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.detach() {
            self.call.end(Outcome::panicked());
        }
    }
}

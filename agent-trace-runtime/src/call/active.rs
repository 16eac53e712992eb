//! A call while it runs: its span is open, and current whenever its body executes.
//!
//! Little here is generic: what is, the compiler writes again for each annotated function.

use std::time::{Duration, Instant};

use opentelemetry::trace::{Span, SpanBuilder, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue};

use super::arguments::Collecting;
use super::current::{self, Attached, Current};
use super::dispatch::{self, Pipeline};
use super::missing_usage;
use super::outcome::{Failure, Outcome};
use super::site::CallSite;
use crate::response::Response;
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
    /// When the call started, by a clock that does not jump.
    started: Instant,
    /// What the stream that the body returned has told so far.
    streamed: Option<Box<Streamed>>,
}

/// What a stream has told so far.
#[derive(Debug, Default)]
pub(super) struct Streamed {
    pub(super) response: Response,
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
            started: Instant::now(),
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
    /// the call of a future.
    #[inline]
    pub(super) fn entered(&mut self) -> Entered<'_> {
        let within = match &mut self.0 {
            State::Off => Within::Nothing,
            State::Expected(site) => {
                let site = *site;
                self.start_expected(site)
            }
            State::Running(running) => Within::Call(running.attach()),
        };
        Entered { call: self, within, is_left: false }
    }

    fn start_expected(&mut self, site: &'static CallSite) -> Within {
        self.0 = State::Off;
        if dispatch::is_off() {
            return Within::Nothing;
        }
        match site.start_here() {
            None => Within::NotTraced(Collecting::nothing()),
            Some(mut running) => {
                let collecting = Collecting::begin(running.current.is_recording().then_some(site));
                let attached = running.attach();
                self.0 = State::Running(running);
                Within::FirstPoll(attached, collecting)
            }
        }
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
        if let State::Running(mut running) = std::mem::replace(&mut self.0, State::Off) {
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

    /// Notes that a stream has given another item.
    pub(super) fn observe_chunk(&mut self) -> &mut Streamed {
        let streamed = self.streamed.get_or_insert_default();
        if streamed.chunks == 0 {
            streamed.time_to_first_chunk = Some(self.started.elapsed());
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

    /// Ends the span of a call that was dropped before its end.
    pub(super) fn end_dropped(&mut self) {
        self.end(match &self.streamed {
            _ if self.site.cancel_is_ok => Outcome::default(),
            Some(_) => Outcome::abandoned(),
            None => Outcome::cancelled(),
        });
    }

    pub(super) fn end(&mut self, outcome: Outcome) {
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
                if let Some(time) = streamed.time_to_first_chunk {
                    let seconds = time.as_secs_f64();
                    attributes.push(KeyValue::new(semconv::TIME_TO_FIRST_CHUNK, seconds));
                }
            }
            attributes.push(KeyValue::new(semconv::STREAM_CHUNK_COUNT, streamed.chunks));
            response.merge(streamed.response);
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
        if failure.is_none() && response.usage.is_none() && self.site.expects_usage() {
            missing_usage::note(self.site);
        }
        response.append_to(&mut attributes);
        let Some(context) = self.current.context() else { return };
        let span = context.span();
        if let Some(Failure { error_type, description }) = failure {
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
        if let State::Running(mut running) = std::mem::replace(&mut self.0, State::Off) {
            running.end_dropped();
        }
    }
}

/// The time in which a stream is polled; where it unwinds out of that, its span ends as panicked.
pub(super) struct Reentered<'a> {
    call: &'a mut ActiveCall,
    attached: Option<Attached>,
}

impl ActiveCall {
    /// As [`entered`](Self::entered), for a call that has started.
    #[inline]
    pub(super) fn reentered(&mut self) -> Reentered<'_> {
        let attached = match &mut self.0 {
            State::Running(running) => Some(running.attach()),
            State::Off | State::Expected(_) => None,
        };
        Reentered { call: self, attached }
    }
}

impl Reentered<'_> {
    /// Ends the time of execution in good order.
    #[inline]
    pub(super) fn leave(mut self) {
        self.detach();
    }

    #[inline]
    fn detach(&mut self) -> bool {
        match (&mut self.call.0, self.attached.take()) {
            (State::Running(running), Some(attached)) => {
                running.detach(attached);
                true
            }
            _ => false,
        }
    }
}

impl Drop for Reentered<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.detach() {
            self.call.end(Outcome::panicked());
        }
    }
}

/// The time in which a body executes; where it unwinds out of that, its span ends as panicked.
#[derive(Debug)]
pub(super) struct Entered<'a> {
    call: &'a mut ActiveCall,
    within: Within,
    is_left: bool,
}

#[derive(Debug)]
enum Within {
    Nothing,
    /// The call stands in its thread's slot.
    Call(Attached),
    /// The same in a first poll, in which the body reads its arguments.
    FirstPoll(Attached, Collecting),
    /// The first poll of a call that is not traced, whose body has nothing to read its arguments for.
    NotTraced(Collecting),
}

impl Entered<'_> {
    /// Hands over what the arguments said.
    pub(super) fn set_attributes(&mut self, attributes: Vec<KeyValue>) {
        if let State::Running(running) = &mut self.call.0 {
            running.attributes = attributes;
        }
    }

    /// Ends the time of execution in good order.
    #[inline]
    pub(super) fn leave(mut self) {
        self.is_left = true;
    }
}

impl Drop for Entered<'_> {
    #[inline]
    fn drop(&mut self) {
        if !matches!(self.within, Within::Nothing) {
            self.end();
        }
    }
}

impl Entered<'_> {
    fn end(&mut self) {
        let attached = match std::mem::replace(&mut self.within, Within::Nothing) {
            Within::Nothing => return,
            Within::NotTraced(collecting) => {
                collecting.end();
                return;
            }
            Within::Call(attached) => attached,
            Within::FirstPoll(attached, collecting) => {
                self.set_attributes(collecting.end());
                attached
            }
        };
        if let State::Running(running) = &mut self.call.0 {
            running.detach(attached);
        }
        if !self.is_left {
            self.call.end(Outcome::panicked());
        }
    }
}

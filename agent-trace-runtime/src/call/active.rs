//! A call while it runs: its span is open, and current whenever its body executes.
//!
//! Little here is generic: what is, the compiler writes again for each annotated function.

use opentelemetry::trace::{Span as _, SpanBuilder, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::Span;

use super::agent_run::AgentRun;
use super::arguments::{Collect, begin_collecting, end_collecting};
use super::current::{self, Attached, Current};
use super::dispatch::{self, Pipeline};
use super::missing_usage;
use super::moment::Moment;
use super::open::{self, OpenCall, Place};
use super::outcome::Outcome;
use super::site::{CallSite, Operation};
use super::streamed::Streamed;
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
    pub(super) current: Current,
    pub(super) site: &'static CallSite,
    /// What the arguments said. The SDK keeps an attribute that is set twice twice, so all that the
    /// body may set again is kept here and written once, at the end.
    pub(super) attributes: Vec<KeyValue>,
    pub(super) started: Moment,
    pub(super) observed: Observed,
    /// Among the open calls of telemetry.
    pub(super) place: Option<Place>,
    /// What the stream that the body returned has told so far.
    pub(super) streamed: Option<Box<Streamed>>,
}

/// Who is told of a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Observed {
    /// Its span records.
    pub(super) span: bool,
    /// Its pipeline has metrics, whether or not the span was sampled.
    pub(super) metrics: bool,
    /// Its pipeline tells of its error by a log event.
    pub(super) errors: bool,
    /// Its pipeline repeats it as a log event.
    pub(super) details: bool,
    /// Its content is recorded, on one of them.
    pub(super) content: bool,
}

impl Observed {
    pub(super) const fn is_any(self) -> bool {
        self.span || self.metrics || self.errors || self.details
    }

    /// What the arguments are asked for.
    const fn collects(self, site: &'static CallSite) -> Option<Collect> {
        if !self.is_any() {
            return None;
        }
        let is_recording = self.span || self.details;
        Some(Collect { site, is_recording, captures: self.content })
    }
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
        dispatch::with_pipeline(&parent, |pipeline| self.start_in(pipeline, &parent))
    }

    fn start_in(&'static self, pipeline: &Pipeline, parent: &Context) -> Running {
        let started = Moment::now();
        let run = AgentRun::around(parent);
        if let Some(run) = run {
            run.count(self.operation);
        }
        let agent = run.and_then(AgentRun::name);
        let span = self.build(pipeline, parent, &started, agent);
        let capture = pipeline.settings.content.capture;
        let (is_sampled, details) =
            (span.is_recording(), self.operation.is_inference() && pipeline.has_details());
        let observed = Observed {
            span: is_sampled,
            metrics: pipeline.metrics.is_some(),
            errors: pipeline.events.is_some() && self.tells_of_errors(),
            details,
            content: is_sampled && capture.is_on_spans() || details && capture.is_on_events(),
        };
        let mut context = if observed.span {
            parent.with_span(span)
        } else {
            parent.with_remote_span_context(span.span_context().clone())
        };
        if let Some(run) = AgentRun::begun_by(self).filter(|_| observed.is_any()) {
            context = context.with_value(run);
        }
        let place = if pipeline.ends_open_calls && observed.is_any() {
            open::open(OpenCall {
                context: context.clone(),
                site: self,
                started,
                attributes: Vec::new(),
            })
        } else {
            None
        };
        let current = Current::new(context, observed.content);
        Running {
            current,
            site: self,
            attributes: Vec::new(),
            started,
            observed,
            place,
            streamed: None,
        }
    }

    fn build(
        &'static self,
        pipeline: &Pipeline,
        parent: &Context,
        started: &Moment,
        agent: Option<&str>,
    ) -> Span {
        let mut attributes = self.start_attributes();
        let is_of_agent = matches!(self.operation, Operation::Tool | Operation::Plan)
            && pipeline.settings.conventions.has_latest();
        if let Some(agent) = agent.filter(|_| is_of_agent)
            && !attributes.iter().any(|known| known.key.as_str() == semconv::AGENT_NAME)
        {
            attributes.push(KeyValue::new(semconv::AGENT_NAME, agent.to_owned()));
        }
        pipeline.settings.conventions.name(&mut attributes);
        let builder = SpanBuilder::from_name(self.span_name())
            .with_kind(self.operation.kind())
            .with_start_time(started.time())
            .with_attributes(attributes);
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
                begin_collecting(running.observed.collects(site));
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
    pub(super) const fn is_observed(&self) -> bool {
        matches!(&self.0, State::Running(running) if running.observed.is_any())
    }

    /// What the result will say of the response: with its messages, where those are content to record.
    pub(super) fn response(&self) -> Response {
        let mut response = Response::default();
        if matches!(&self.0, State::Running(running) if running.captures_output()) {
            response.capture_output();
        }
        response
    }

    /// The same call, which from now on lasts as long as a stream.
    pub(super) fn into_streaming(mut self) -> Self {
        if let State::Running(running) = &mut self.0 {
            let mut streamed = Box::<Streamed>::default();
            if running.captures_output() {
                streamed.outcome.response.capture_output();
            }
            running.streamed = Some(streamed);
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
    fn captures_output(&self) -> bool {
        self.observed.content && self.site.captures_output
    }

    pub(super) fn attach(&mut self) -> Attached {
        self.current.attach()
    }

    pub(super) fn detach(&mut self, attached: Attached) {
        self.current.detach(attached);
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
            if running.site.operation == Operation::Agent
                && let Some(run) = running.current.context().and_then(AgentRun::around)
            {
                run.read_name(&attributes);
            }
            match &running.place {
                Some(place) => open::tell(place, attributes),
                None => running.attributes = attributes,
            }
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

//! A call while it runs: its span is open, and current whenever its body executes.
//!
//! Little here is generic: what is, the compiler writes again for each annotated function.

use std::mem::ManuallyDrop;
use std::sync::Arc;

use super::arguments::{Asked, ask};
use super::attachable::AttachableContext;
use super::current::{Attached, Current, attach, detach};
use super::dispatch;
use super::outcome::Outcome;
use super::site::CallSite;
use super::span::{Open, Record};
use super::streamed::Streamed;
use crate::response::Response;

/// A call that has started, one that will with its future's first poll, or nothing at all where
/// telemetry is off.
///
/// Dropped before it has finished, it ends its span as cancelled.
#[derive(Debug)]
#[must_use = "a call that is dropped at once ends as cancelled"]
pub struct ActiveCall(pub(super) State);

#[derive(Debug)]
pub(super) enum State {
    /// Nobody is told of it, and nothing of it is in the context.
    Off,
    /// The first poll of the future, or the body of a plain function, will start the call.
    Expected(&'static CallSite),
    /// In a box, which is used again: what a future holds while nothing is installed is small. It is taken out
    /// by [`ActiveCall::take`]: what drops nothing by itself is not looked at by each future.
    Running(ManuallyDrop<Box<Running>>),
    /// It waits for the end of its future's drop, in the thread's slot.
    Parked,
}

#[derive(Debug)]
pub(crate) struct Running {
    pub(super) context: AttachableContext,
    /// The call while its body does not execute, and what it stands in for while it does. None of a call that
    /// only hides the one around it.
    pub(super) slot: Current,
    /// What is known of the call, before it begins and after it has ended: in between, its record has it.
    pub(super) known: Option<Box<Open>>,
    pub(super) site: &'static CallSite,
    pub(super) observed: Observed,
    /// What the stream that the body returned has told so far.
    pub(super) streamed: Option<Box<Streamed>>,
}

/// Who is told of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Observed {
    /// Its span records.
    pub(crate) span: bool,
    /// Its pipeline has metrics, whether or not the span was sampled.
    pub(crate) metrics: bool,
    /// Its pipeline tells of its error by a log event.
    pub(crate) errors: bool,
    /// Its pipeline repeats it as a log event.
    pub(crate) details: bool,
    /// Its content is recorded, on one of them.
    pub(crate) content: bool,
}

impl Observed {
    pub(super) const NOBODY: Self =
        Self { span: false, metrics: false, errors: false, details: false, content: false };

    pub(super) const fn is_any(self) -> bool {
        self.span || self.metrics || self.errors || self.details
    }

    /// Whether all attributes are asked for, and not only what tells metrics apart.
    pub(super) const fn is_recording(self) -> bool {
        self.span || self.details
    }
}

impl CallSite {
    /// A call that starts when its body is entered.
    #[inline]
    pub const fn start(&'static self) -> ActiveCall {
        ActiveCall(State::Expected(self))
    }
}

impl ActiveCall {
    /// Runs the body of a plain function with the span current.
    #[inline]
    pub fn enter<T>(&mut self, body: impl FnOnce() -> T) -> T {
        if self.is_idle() {
            self.stay_off();
            return body();
        }
        let mut entered = self.entered();
        let output = body();
        entered.leave();
        std::mem::forget(entered);
        output
    }

    /// Whether nothing is to be done around the body.
    #[inline]
    pub(super) fn is_idle(&self) -> bool {
        match self.0 {
            State::Off | State::Parked => true,
            State::Expected(_) => dispatch::is_off(),
            State::Running(_) => false,
        }
    }

    /// A call whose body was entered while telemetry was off stays off.
    #[inline]
    pub(super) fn stay_off(&mut self) {
        self.0 = State::Off;
    }

    /// Makes the span current until what is returned is dropped, or left. The first time, that starts
    /// the call.
    #[inline(always)]
    pub(super) fn entered(&mut self) -> Entered<'_> {
        let attached = match &mut self.0 {
            State::Running(running) => running.attach(),
            State::Off | State::Expected(_) | State::Parked => self.start(),
        };
        Entered { call: self, attached }
    }

    /// Starts the call, where it is expected.
    #[inline(never)]
    fn start(&mut self) -> Attached {
        let State::Expected(site) = self.0 else { return Attached::default() };
        site.start_here(&mut self.0);
        ask(self.running().map(|running| Asked {
            is_recording: running.observed.is_recording(),
            captures: running.observed.content,
        }));
        match &mut self.0 {
            State::Running(running) => running.attach_first(),
            _ => Attached::default(),
        }
    }

    /// Takes the call out, which is off from now on.
    pub(super) fn take(&mut self) -> Option<Box<Running>> {
        match std::mem::replace(&mut self.0, State::Off) {
            State::Running(running) => Some(ManuallyDrop::into_inner(running)),
            State::Off | State::Expected(_) | State::Parked => None,
        }
    }

    pub(super) const fn is_off(&self) -> bool {
        !matches!(self.0, State::Running(_))
    }

    /// The call, where somebody is told of it.
    #[inline]
    pub(super) fn running(&self) -> Option<&Running> {
        match &self.0 {
            State::Running(running) if running.observed.is_any() => Some(running),
            _ => None,
        }
    }

    /// The same call, which from now on lasts as long as a stream.
    pub(super) fn into_streaming(mut self) -> Self {
        if let State::Running(running) = &mut self.0 {
            let captures = running.captures_output();
            let response = if captures { Response::capturing() } else { Response::default() };
            running.streamed = Some(Box::new(Streamed::new(response)));
        }
        self
    }

    /// Ends the span; of several ends, the first counts.
    pub(super) fn end(&mut self, outcome: &mut Outcome) {
        if let Some(running) = self.take() {
            running.end(outcome);
        }
    }

    fn end_dropped(&mut self) {
        if let Some(running) = self.take() {
            running.end_dropped();
        }
    }
}

impl Running {
    /// None yet.
    pub(super) fn new(site: &'static CallSite) -> Self {
        Self {
            context: AttachableContext::default(),
            slot: None,
            known: None,
            site,
            observed: Observed::NOBODY,
            streamed: None,
        }
    }

    /// Whether the messages of the response are content to record.
    pub(super) const fn captures_output(&self) -> bool {
        self.observed.content && self.site.captures_output
    }

    /// What is known of the call, while its body does not execute.
    #[inline]
    pub(super) const fn record(&self) -> Option<&Arc<Record>> {
        self.slot.as_ref()
    }

    #[inline(always)]
    fn attach_first(&mut self) -> Attached {
        attach(&mut self.slot, || self.context.attach_unprepared())
    }

    #[inline(always)]
    pub(super) fn attach(&mut self) -> Attached {
        attach(&mut self.slot, || self.context.attach())
    }

    #[inline(always)]
    pub(super) fn detach(&mut self, attached: &mut Attached) {
        detach(&mut self.slot, attached);
    }

    /// Lets others see the call.
    pub(super) fn begin(&self, open: Box<Open>) {
        if let Some(record) = &self.slot {
            record.begin(open);
        }
    }

    /// Ends what can be seen of the call: gives what was known of it, unless telemetry has ended it before.
    pub(super) fn close(&mut self) -> Option<Box<Open>> {
        // The span in the context looks at the record, too: without it, the record can be used again.
        self.context = AttachableContext::default();
        self.slot.as_ref()?.close()
    }
}

impl Drop for ActiveCall {
    #[inline]
    fn drop(&mut self) {
        if matches!(self.0, State::Running(_)) {
            self.end_dropped();
        }
    }
}

/// The time in which a body executes; where it unwinds out of that, its span ends as panicked.
#[derive(Debug)]
pub(super) struct Entered<'a> {
    call: &'a mut ActiveCall,
    attached: Attached,
}

impl Entered<'_> {
    /// Ends the time of execution in good order. What has left is best forgotten: it would look whether it has. It is not taken
    /// by value, since to move it takes as long as an atomic step.
    #[inline(always)]
    pub(super) fn leave(&mut self) {
        if let State::Running(running) = &mut self.call.0 {
            running.detach(&mut self.attached);
        }
    }

    /// The same, of a body that may be entered again.
    #[inline(always)]
    pub(super) fn pause(&mut self) {
        if let State::Running(running) = &mut self.call.0 {
            running.context.prepare();
            running.detach(&mut self.attached);
        }
    }
}

impl Drop for Entered<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if !matches!(self.attached, Attached::Detached) {
            self.leave();
            self.call.end(&mut Outcome::panicked());
        }
    }
}

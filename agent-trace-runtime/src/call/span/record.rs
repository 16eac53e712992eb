//! What is known of a call while it is open. Its future, its span in the context, handles to it and the end of
//! telemetry share it.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use opentelemetry::trace::{Event, Link, SpanContext, SpanId, Status, TraceContextExt, TraceState};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{IdGenerator, SpanEvents, SpanLimits, SpanLinks};

use super::Sampled;
use super::identifiers::Identifiers;
use super::place::Place;
use crate::call::active::Observed;
use crate::call::agent_run::AgentRun;
use crate::call::context_attributes::ContextAttributes;
use crate::call::dispatch::Scope;
use crate::call::moment::{Moment, Time};
use crate::call::outcome::Failure;
use crate::call::site::CallSite;
use crate::content::Content;
use crate::response::{Response, Usage};

/// The place of a call.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// Whether something was recorded by hand; looked at for each chunk of a stream.
    has_recorded: AtomicBool,
    /// Empty before the start and from the end on.
    open: Place<Open>,
    /// Of a call that ends or has ended, where somebody may ask for it.
    origin: Mutex<Option<Origin>>,
    /// Whether there is or was an origin: such a record is not used again.
    has_origin: AtomicBool,
}

/// The span of a call, and where that goes or went.
type Origin = (SpanContext, Option<Scope>);

/// All of a call that is open.
#[derive(Debug)]
pub(crate) struct Open {
    pub(crate) site: &'static CallSite,
    /// Of the span where it records, and of the parent where it does not.
    pub(crate) span_context: SpanContext,
    pub(crate) parent: Parent,
    pub(crate) started: Moment,
    /// The same on the calendar, as that was then.
    pub(crate) start_time: Time,
    pub(crate) observed: Observed,
    pub(crate) limits: SpanLimits,
    /// Where it goes, other than to the global pipeline.
    pub(crate) scope: Option<Scope>,
    /// The run of an agent that it belongs to, or is.
    pub(crate) run: Option<Arc<AgentRun>>,
    /// What the context says of the call, where attributes are asked for.
    pub(crate) around: Option<ContextAttributes>,
    /// Of the site and of the arguments, where the span records; else those of the arguments that tell metrics
    /// apart.
    pub(crate) attributes: Vec<KeyValue>,
    /// How many of them, the first, are constants of the site.
    pub(crate) constants: usize,
    /// The span's name, where it is not the site's.
    pub(crate) name: Option<Cow<'static, str>>,
    /// Where the span of others is current that stands for the call.
    pub(crate) joined: Option<Context>,
    /// Made when something is recorded by hand.
    pub(crate) recorded: Option<Box<Recorded>>,
}

/// The parent of a span; all zeros for a root.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parent {
    pub(crate) span_id: SpanId,
    pub(crate) is_remote: bool,
}

/// What was recorded by hand: by the body, by closures of the site, by others through the context.
#[derive(Debug, Default)]
pub(crate) struct Recorded {
    pub(crate) attributes: Vec<KeyValue>,
    pub(crate) usage: Option<Usage>,
    /// What a mapping has read from the result.
    pub(crate) response: Option<Box<Response>>,
    /// Whether the error that the body returned is no failure.
    pub(crate) is_forgiven: bool,
    /// A failure that the result of what the body did for the call tells of.
    pub(crate) failure: Option<Failure>,
    /// What the site calls that error.
    pub(crate) error_type: Option<Cow<'static, str>>,
    /// Whether there is no result to read anything of.
    pub(crate) is_absent: bool,
    pub(crate) attempts: i64,
    /// The last failure of a call below that was told of.
    pub(crate) reported: Option<Failure>,
    /// What was captured, in the order in which it came.
    pub(crate) contents: Vec<Content>,
    /// How many items a search has found.
    pub(crate) count: Option<i64>,
    pub(crate) status: Status,
    pub(crate) events: SpanEvents,
    pub(crate) links: SpanLinks,
    pub(crate) dropped_attributes: u32,
    pub(crate) ended_at: Option<SystemTime>,
}

impl Parent {
    pub(crate) const NONE: Self = Self { span_id: SpanId::INVALID, is_remote: false };

    pub(super) fn of(around: &SpanContext) -> Self {
        if around.is_valid() {
            Self { span_id: around.span_id(), is_remote: around.is_remote() }
        } else {
            Self::NONE
        }
    }
}

impl Record {
    fn lock_origin(&self) -> MutexGuard<'_, Option<Origin>> {
        self.origin.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a call, where none is open.
    #[inline]
    pub(in super::super) fn begin(&self, open: Box<Open>) {
        self.has_recorded.store(false, Ordering::Relaxed);
        self.open.put(open);
    }

    /// Looks at the call, while it is open.
    #[inline]
    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut Open) -> T) -> Option<T> {
        self.open.look(look)
    }

    /// Records something by hand, while the call is open.
    pub(crate) fn record(&self, record: impl FnOnce(&mut Recorded, SpanLimits)) {
        self.has_recorded.store(true, Ordering::Relaxed);
        self.with(|open| record(open.recorded.get_or_insert_default(), open.limits));
    }

    /// The usage that was recorded since it was taken last.
    #[inline]
    pub(crate) fn take_usage(&self) -> Option<Usage> {
        if !self.has_recorded.load(Ordering::Relaxed) {
            return None;
        }
        self.with(|open| open.recorded.as_mut()?.usage.take()).flatten()
    }

    /// Whether what is recorded goes anywhere.
    pub(crate) fn is_recording(&self) -> bool {
        self.with(|open| {
            let ended_at = open.recorded.as_ref().and_then(|recorded| recorded.ended_at);
            open.observed.span && ended_at.is_none()
        })
        .unwrap_or(false)
    }

    /// Whether the content of the call is recorded.
    pub(crate) fn captures(&self) -> bool {
        self.with(|open| open.observed.content).unwrap_or(false)
    }

    /// Ends the call: gives all of it to the first who asks.
    #[inline]
    pub(crate) fn close(self: &Arc<Self>) -> Option<Box<Open>> {
        // There is no handle then, nor a span in a context, of which one could be made: nobody will ask for the origin. Who comes by the
        // list of all records does not.
        if Arc::strong_count(self) == 1 {
            return self.open.take();
        }
        self.close_shared(|_| true)
    }

    /// The same, where this is the call that is meant. Handles that there are still know its span.
    pub(crate) fn close_shared(&self, is_meant: impl FnOnce(&Open) -> bool) -> Option<Box<Open>> {
        let mut origin = self.lock_origin();
        let open = self.open.take_if(is_meant)?;
        *origin = Some(open.origin());
        self.has_origin.store(true, Ordering::Relaxed);
        Some(open)
    }

    /// Whether nobody else may look at it, nor has at what it was used for until now.
    pub(super) fn is_as_new(self: &Arc<Self>) -> bool {
        Arc::strong_count(self) == 1 && !self.has_origin.load(Ordering::Relaxed)
    }

    /// Its span, and where it goes or went.
    pub(crate) fn origin(&self) -> Origin {
        let origin = self.lock_origin();
        let open = self.with(|open| open.origin());
        open.or_else(|| origin.clone()).unwrap_or((SpanContext::NONE, None))
    }
}

impl Open {
    /// Nothing yet.
    pub(super) fn new(site: &'static CallSite) -> Self {
        Self {
            site,
            span_context: SpanContext::NONE,
            parent: Parent::NONE,
            started: Moment::now(),
            start_time: Time::default(),
            observed: Observed::NOBODY,
            limits: SpanLimits::default(),
            scope: None,
            run: None,
            around: None,
            attributes: Vec::new(),
            constants: 0,
            name: None,
            joined: None,
            recorded: None,
        }
    }

    /// The attributes besides constants of the site.
    pub(crate) fn told_attributes(&self) -> &[KeyValue] {
        self.attributes.get(self.constants..).unwrap_or_default()
    }

    /// Adds an attribute in place of one with the same key.
    pub(crate) fn replace_attribute(&mut self, attribute: KeyValue) {
        let known = self.attributes.iter().position(|known| known.key == attribute.key);
        if let Some(position) = known {
            self.attributes.remove(position);
            self.constants -= usize::from(position < self.constants);
        }
        self.attributes.push(attribute);
    }

    /// Gives the call its ids, below the span `around` it.
    #[inline]
    pub(crate) fn identify(
        &mut self,
        identifiers: Identifiers,
        around: &SpanContext,
        is_sampled: bool,
        state: TraceState,
    ) {
        let trace_id =
            if around.is_valid() { around.trace_id() } else { identifiers.new_trace_id() };
        self.span_context = SpanContext::new(
            trace_id,
            identifiers.new_span_id(),
            around.trace_flags().with_sampled(is_sampled),
            false,
            state,
        );
        self.parent = Parent::of(around);
    }

    /// Makes the span around the call its own.
    pub(crate) fn join(&mut self, parent: &Context) -> Sampled {
        let span = parent.span();
        self.span_context.clone_from(span.span_context());
        if !span.is_recording() {
            return Sampled::Alike;
        }
        self.site.start_attributes(&mut self.attributes);
        Sampled::Joined
    }

    fn origin(&self) -> Origin {
        (self.span_context.clone(), self.scope.clone())
    }

    /// Lets go of what a call has told that has ended.
    pub(super) fn clear(&mut self) {
        self.run = None;
        self.around = None;
        self.scope = None;
        self.attributes = Vec::new();
        self.constants = 0;
        self.name = None;
        self.joined = None;
        self.recorded = None;
    }
}

impl Recorded {
    /// Sets an attribute; the last value of a key counts.
    pub(crate) fn set_attribute(&mut self, attribute: KeyValue, limits: SpanLimits) {
        if let Some(known) = self.attributes.iter_mut().find(|known| known.key == attribute.key) {
            known.value = attribute.value;
        } else if self.attributes.len() < limits.max_attributes_per_span as usize {
            self.attributes.push(attribute);
        } else {
            self.dropped_attributes = self.dropped_attributes.saturating_add(1);
        }
    }

    pub(crate) fn add_event(&mut self, mut event: Event, limits: SpanLimits) {
        if self.events.events.len() < limits.max_events_per_span as usize {
            let dropped = cut(&mut event.attributes, limits.max_attributes_per_event);
            event.dropped_attributes_count = dropped;
            self.events.events.push(event);
        } else {
            self.events.dropped_count = self.events.dropped_count.saturating_add(1);
        }
    }

    pub(crate) fn add_link(&mut self, mut link: Link, limits: SpanLimits) {
        if self.links.links.len() < limits.max_links_per_span as usize {
            let dropped = cut(&mut link.attributes, limits.max_attributes_per_link);
            link.dropped_attributes_count = dropped;
            self.links.links.push(link);
        } else {
            self.links.dropped_count = self.links.dropped_count.saturating_add(1);
        }
    }
}

/// Keeps the first attributes, and gives how many there were beyond.
#[inline]
pub(crate) fn cut(attributes: &mut Vec<KeyValue>, most: u32) -> u32 {
    let dropped = attributes.len().saturating_sub(most as usize);
    if dropped == 0 {
        return 0;
    }
    attributes.truncate(most as usize);
    u32::try_from(dropped).unwrap_or(u32::MAX)
}

//! How calls of a pipeline start: in one word, so that a call which starts need not look for the pipeline.

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt};

use super::span::{Identifiers, Open, Sampled, Spans};
use crate::signals::Settings;

/// What a pipeline says of calls before they start. Zero says nothing.
///
/// Those of the global pipeline have a number above, which another one has not: two that say the same are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StartRules(u32);

/// Above what is said.
const NUMBER_SHIFT: u32 = 12;

impl StartRules {
    const IS_KNOWN: u32 = 1;
    /// Its spans have limits of their own, or processors that hear of starts.
    const NEEDS_PIPELINE: u32 = 1 << 1;
    /// A span below another one is recorded as that is.
    const HEEDS_PARENT: u32 = 1 << 2;
    /// Of others, the sampler is asked.
    const ASKS_SAMPLER: u32 = 1 << 3;
    /// And where it is not, they are recorded.
    const RECORDS: u32 = 1 << 4;
    const TIMES_IDENTIFIERS: u32 = 1 << 5;
    const HAS_METRICS: u32 = 1 << 6;
    const HAS_EVENTS: u32 = 1 << 7;
    /// Each inference is repeated as a log event.
    const HAS_DETAILS: u32 = 1 << 8;
    const CAPTURES_ON_SPANS: u32 = 1 << 9;
    const CAPTURES_ON_EVENTS: u32 = 1 << 10;
    /// Spans name their agents.
    const NAMES_AGENTS: u32 = 1 << 11;

    pub(super) fn new(
        spans: &Spans,
        settings: &Settings,
        has_metrics: bool,
        has_events: bool,
    ) -> Self {
        let capture = settings.content.capture;
        let parts = [
            (Self::IS_KNOWN, true),
            (Self::NEEDS_PIPELINE, spans.have_limits_or_starts()),
            (Self::HEEDS_PARENT, spans.heeds_parent()),
            (Self::ASKS_SAMPLER, spans.records_others().is_none()),
            (Self::RECORDS, spans.records_others() == Some(true)),
            (Self::TIMES_IDENTIFIERS, spans.identifiers() == Identifiers::Timed),
            (Self::HAS_METRICS, has_metrics),
            (Self::HAS_EVENTS, has_events),
            (Self::HAS_DETAILS, has_events && settings.has_details()),
            (Self::CAPTURES_ON_SPANS, capture.is_on_spans()),
            (Self::CAPTURES_ON_EVENTS, capture.is_on_events()),
            (Self::NAMES_AGENTS, settings.conventions.has_latest()),
        ];
        Self(parts.iter().filter(|(_, holds)| *holds).map(|(part, _)| part).sum())
    }

    /// The rules that a word has, if it has any.
    #[inline]
    pub(super) fn from_word(word: u32) -> Option<Self> {
        let rules = Self(word);
        rules.has(Self::IS_KNOWN).then_some(rules)
    }

    pub(super) const fn word(self) -> u32 {
        self.0
    }

    pub(super) const fn numbered(self, number: u32) -> Self {
        Self(self.0 | number << NUMBER_SHIFT)
    }

    #[inline]
    const fn has(self, part: u32) -> bool {
        self.0 & part != 0
    }

    pub(super) const fn has_metrics(self) -> bool {
        self.has(Self::HAS_METRICS)
    }

    pub(super) const fn has_events(self) -> bool {
        self.has(Self::HAS_EVENTS)
    }

    pub(super) const fn has_details(self) -> bool {
        self.has(Self::HAS_DETAILS)
    }

    pub(super) const fn captures_on_spans(self) -> bool {
        self.has(Self::CAPTURES_ON_SPANS)
    }

    pub(super) const fn captures_on_events(self) -> bool {
        self.has(Self::CAPTURES_ON_EVENTS)
    }

    pub(super) const fn names_agents(self) -> bool {
        self.has(Self::NAMES_AGENTS)
    }

    /// Whether they say all that a call below `parent` has to know: if not, its pipeline has to be asked.
    #[inline]
    pub(super) fn suffice_below(self, parent: &Context) -> bool {
        !self.has(Self::NEEDS_PIPELINE) && !self.asks_sampler(parent.span().span_context())
    }

    /// Whether the sampler is asked of a call below the span `around` it.
    #[inline]
    pub(super) fn asks_sampler(self, around: &SpanContext) -> bool {
        self.has(Self::ASKS_SAMPLER) && !self.follows(around)
    }

    /// Whether it is for the parent to say whether a span is recorded.
    #[inline]
    fn follows(self, around: &SpanContext) -> bool {
        self.has(Self::HEEDS_PARENT) && around.is_valid()
    }

    /// Whether no span below `parent` records, and none has to stand for that in the context: what is there is not
    /// sampled either, or nothing.
    #[inline]
    pub(super) fn drop_alike(self, parent: &Context) -> bool {
        let span = parent.span();
        let around = span.span_context();
        let is_dropped = if self.has(Self::HEEDS_PARENT) {
            around.is_valid()
        } else {
            !self.has(Self::RECORDS) && !self.has(Self::ASKS_SAMPLER)
        };
        // One that records and is not sampled is not to take what is set below it.
        is_dropped && !around.is_sampled() && !span.is_recording()
    }

    /// Decides on the span of a call below `parent` of which the sampler is not asked, and gives the call its ids; where
    /// it records, its first attributes as well.
    #[inline]
    pub(super) fn sample(self, open: &mut Open, parent: &Context) -> Sampled {
        let span = parent.span();
        let around = span.span_context();
        let is_sampled =
            if self.follows(around) { around.is_sampled() } else { self.has(Self::RECORDS) };
        if !is_sampled && self.drop_alike(parent) {
            open.span_context.clone_from(around);
            return Sampled::Alike;
        }
        open.identify(self.identifiers(), around, is_sampled, around.trace_state().clone());
        if !is_sampled {
            return Sampled::Apart;
        }
        open.site.start_attributes(&mut open.attributes);
        Sampled::Recorded
    }

    #[inline]
    const fn identifiers(self) -> Identifiers {
        if self.has(Self::TIMES_IDENTIFIERS) { Identifiers::Timed } else { Identifiers::Random }
    }
}

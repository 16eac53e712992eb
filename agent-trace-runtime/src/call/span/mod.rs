//! The spans of annotated calls: sampled before anything is built, and handed over whole when they end.
//!
//! The SDK builds a span when it starts, moves it about, and locks it for each attribute that is set. A call
//! knows all of its span at once, when it ends. So it samples by the SDK's sampler, stands in the context as
//! any other span does, and gives the SDK's processors what they would get of the SDK.

mod context_span;
mod identifiers;
mod place;
mod prepared;
mod processor;
mod record;
mod records;
mod sampling;
mod starts;

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceState};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    SamplingDecision, SdkTracerProvider, ShouldSample, SpanData, SpanLimits,
};

pub(super) use context_span::{ContextSpan, copied};
pub(crate) use identifiers::Identifiers;
pub(super) use prepared::room_for;
pub(crate) use processor::Processor;
pub(super) use record::{Open, Record, Recorded, cut};
pub(super) use records::{all, give_back, new_call};
use sampling::Others;
pub(crate) use sampling::Sampling;
use starts::Starts;

/// Where spans come from and where they go: those of annotated calls, and through the provider all others.
#[derive(Debug)]
pub(crate) struct Spans {
    provider: SdkTracerProvider,
    sampling: Sampling,
    limits: SpanLimits,
    processors: Vec<Processor>,
    /// Where a processor hears of starts.
    starts: Option<Starts>,
    identifiers: Identifiers,
}

/// What is decided of a span before it is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sampled {
    /// It records.
    Recorded,
    /// It is told on the span around it, which stands for the same call and records.
    Joined,
    /// It does not, and what is below it will be decided alike without it in the context.
    Alike,
    /// It does not, and has to be in the context so that what is below it does neither.
    Apart,
}

impl Spans {
    pub(crate) fn new(
        resource: Resource,
        sampling: Sampling,
        limits: SpanLimits,
        identifiers: Identifiers,
        mut processors: Vec<Processor>,
    ) -> Self {
        let mut provider = SdkTracerProvider::builder()
            .with_resource(resource.clone())
            .with_sampler(sampling.sampler.clone())
            .with_span_limits(limits)
            .with_id_generator(identifiers);
        for processor in &mut processors {
            processor.prepare(&resource);
            provider = provider.with_span_processor(processor.clone());
        }
        let hears_starts = processors.iter().any(Processor::hears_starts);
        Self {
            provider: provider.build(),
            sampling,
            limits,
            processors,
            starts: hears_starts.then(|| Starts::new(limits)),
            identifiers,
        }
    }

    /// The SDK's provider, for spans that are opened by hand.
    pub(crate) const fn provider(&self) -> &SdkTracerProvider {
        &self.provider
    }

    pub(super) const fn limits(&self) -> SpanLimits {
        self.limits
    }

    /// Whether there are limits other than the usual ones, or a processor hears of starts.
    pub(super) fn have_limits_or_starts(&self) -> bool {
        self.starts.is_some() || parts(self.limits) != parts(SpanLimits::default())
    }

    pub(super) const fn heeds_parent(&self) -> bool {
        self.sampling.heeds_parent
    }

    /// Whether spans are recorded of which the parent is not to decide; none where the sampler has to be asked.
    pub(super) const fn records_others(&self) -> Option<bool> {
        match self.sampling.others {
            Others::On => Some(true),
            Others::Off => Some(false),
            Others::ByTrace | Others::Asked => None,
        }
    }

    pub(super) const fn identifiers(&self) -> Identifiers {
        self.identifiers
    }

    /// Whether a sampler or a processor of others hears of the start of a call below `parent`.
    #[inline]
    pub(super) fn runs_code_of_others(&self, parent: &Context) -> bool {
        let asks = self.sampling.others == Others::Asked
            && !(self.sampling.heeds_parent && parent.span().span_context().is_valid());
        asks || self.starts.is_some()
    }

    /// Makes a call that was told on the span around it one below that.
    pub(super) fn part(&self, open: &mut Open) {
        let around = open.span_context.clone();
        open.identify(self.identifiers, &around, true, around.trace_state().clone());
    }

    /// Decides as the sampler does that looks at more than the parent.
    pub(super) fn ask_sampler(&self, open: &mut Open, parent: &Context) -> Sampled {
        let span = parent.span();
        let around = span.span_context();
        let site = open.site;
        let asks = self.sampling.others == Others::Asked;
        if asks {
            site.start_attributes(&mut open.attributes);
        }
        open.identify(self.identifiers, around, true, TraceState::NONE);
        let result = self.sampling.sampler.should_sample(
            Some(parent),
            open.span_context.trace_id(),
            site.span_name(),
            &site.operation.kind(),
            &open.attributes,
            &[],
        );
        let is_sampled = result.decision == SamplingDecision::RecordAndSample;
        open.span_context = SpanContext::new(
            open.span_context.trace_id(),
            open.span_context.span_id(),
            around.trace_flags().with_sampled(is_sampled),
            false,
            result.trace_state,
        );
        match result.decision {
            SamplingDecision::Drop => {
                open.attributes = Vec::new();
                Sampled::Apart
            }
            SamplingDecision::RecordOnly | SamplingDecision::RecordAndSample => {
                if !asks {
                    site.start_attributes(&mut open.attributes);
                }
                open.attributes.extend(result.attributes);
                Sampled::Recorded
            }
        }
    }

    /// Lets the processors that hear of starts hear of this one.
    pub(super) fn tell_start(&self, open: &mut Open, parent: &Context) {
        if let Some(starts) = &self.starts {
            let hearing = self.processors.iter().filter(|processor| processor.hears_starts());
            starts.tell(open, parent, hearing);
        }
    }

    /// Hands a span over that has ended. It is made where the last processor takes it: to move it stalls.
    #[inline(always)]
    pub(super) fn hand_over(&self, make: impl FnOnce() -> SpanData) {
        match &*self.processors {
            [] => {}
            [only] => only.take(make()),
            several => hand_to_several(several, make()),
        }
    }
}

/// The SDK does not compare them.
const fn parts(limits: SpanLimits) -> [u32; 5] {
    let SpanLimits {
        max_events_per_span,
        max_attributes_per_span,
        max_links_per_span,
        max_attributes_per_event,
        max_attributes_per_link,
    } = limits;
    [
        max_events_per_span,
        max_attributes_per_span,
        max_links_per_span,
        max_attributes_per_event,
        max_attributes_per_link,
    ]
}

#[inline(never)]
fn hand_to_several(several: &[Processor], span: SpanData) {
    let [others @ .., last] = several else { return };
    for processor in others {
        processor.take(span.clone());
    }
    last.take(span);
}

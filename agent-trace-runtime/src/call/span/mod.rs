//! The spans of annotated calls: sampled before anything is built, and handed over whole when they end.
//!
//! The SDK builds a span when it starts, moves it about, and locks it for each attribute that is set. A call
//! knows all of its span at once, when it ends. So it samples by the SDK's sampler, stands in the context as
//! any other span does, and gives the SDK's processors what they would get of the SDK.

mod context_span;
mod identifiers;
mod place;
mod processor;
mod record;
mod records;
mod sampling;
mod starts;

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceState};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    IdGenerator, SamplingDecision, SdkTracerProvider, ShouldSample, SpanData, SpanLimits,
};

pub(super) use context_span::{ContextSpan, copied};
pub(crate) use identifiers::Identifiers;
pub(crate) use processor::Processor;
pub(super) use record::{Open, Parent, Record, Recorded, cut};
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

    /// Whether a sampler or a processor of others hears of the start of a call below `parent`.
    #[inline]
    pub(super) fn runs_code_of_others(&self, parent: &Context) -> bool {
        let asks = self.sampling.others == Others::Asked
            && !(self.sampling.heeds_parent && parent.span().span_context().is_valid());
        asks || self.starts.is_some()
    }

    /// Whether no span below `parent` records, and none has to stand for that in the context: what is there is not
    /// sampled either, or nothing.
    #[inline]
    pub(super) fn drops_alike(&self, parent: &Context) -> bool {
        let span = parent.span();
        let around = span.span_context();
        let is_dropped = if self.sampling.heeds_parent {
            around.is_valid()
        } else {
            self.sampling.others == Others::Off
        };
        // One that records and is not sampled is not to take what is set below it.
        is_dropped && !around.is_sampled() && !span.is_recording()
    }

    /// Decides on the span of a call below `parent`, and gives the call its ids; where it records, its first
    /// attributes as well.
    #[inline]
    pub(super) fn sample(&self, open: &mut Open, parent: &Context) -> Sampled {
        let span = parent.span();
        let around = span.span_context();
        let Sampling { heeds_parent, others, .. } = self.sampling;
        let is_sampled = match others {
            _ if heeds_parent && around.is_valid() => around.is_sampled(),
            Others::On => true,
            Others::Off => false,
            Others::ByTrace | Others::Asked => return self.ask_sampler(open, parent, around),
        };
        if is_sampled {
            self.identify(open, around, true, around.trace_state().clone());
            open.site.start_attributes(&mut open.attributes);
            Sampled::Recorded
        } else if self.drops_alike(parent) {
            open.span_context.clone_from(around);
            Sampled::Alike
        } else {
            self.identify(open, around, false, around.trace_state().clone());
            Sampled::Apart
        }
    }

    /// Makes the span around a call its own.
    pub(super) fn join(&self, open: &mut Open, parent: &Context) -> Sampled {
        let span = parent.span();
        open.span_context.clone_from(span.span_context());
        if !span.is_recording() {
            return Sampled::Alike;
        }
        open.site.start_attributes(&mut open.attributes);
        Sampled::Joined
    }

    /// Makes a call that was told on the span around it one below that.
    pub(super) fn part(&self, open: &mut Open) {
        let around = open.span_context.clone();
        self.identify(open, &around, true, around.trace_state().clone());
    }

    /// Asks a sampler that looks at more than the parent.
    fn ask_sampler(&self, open: &mut Open, parent: &Context, around: &SpanContext) -> Sampled {
        let site = open.site;
        let asks = self.sampling.others == Others::Asked;
        if asks {
            site.start_attributes(&mut open.attributes);
        }
        self.identify(open, around, true, TraceState::NONE);
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

    /// Gives a call its ids.
    #[inline]
    fn identify(&self, open: &mut Open, around: &SpanContext, is_sampled: bool, state: TraceState) {
        let trace_id =
            if around.is_valid() { around.trace_id() } else { self.identifiers.new_trace_id() };
        open.span_context = SpanContext::new(
            trace_id,
            self.identifiers.new_span_id(),
            around.trace_flags().with_sampled(is_sampled),
            false,
            state,
        );
        open.parent = Parent::of(around);
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

#[inline(never)]
fn hand_to_several(several: &[Processor], span: SpanData) {
    let [others @ .., last] = several else { return };
    for processor in others {
        processor.take(span.clone());
    }
    last.take(span);
}

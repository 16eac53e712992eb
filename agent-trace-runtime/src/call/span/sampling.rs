//! Which spans are recorded: by the SDK's sampler, of which as much is known as can be decided without asking it.

use opentelemetry::trace::{SpanKind, TraceId};
use opentelemetry_sdk::trace::{Sampler, SamplingDecision, ShouldSample};

/// A sampler, and what it looks at.
#[derive(Clone, Debug)]
pub(crate) struct Sampling {
    pub(super) sampler: Sampler,
    /// Whether a span below another one is recorded as that is.
    pub(super) heeds_parent: bool,
    /// What is decided of the others.
    pub(super) others: Others,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Others {
    On,
    Off,
    /// By the trace's id, as the SDK does.
    ByTrace,
    /// By a sampler of the application's own, perhaps, which may look at anything.
    Asked,
}

impl Sampling {
    /// Records as the parent does, and without one as `root` says.
    pub(crate) fn below_parents(root: Sampler) -> Self {
        let others = Others::of(&root);
        Self { sampler: Sampler::ParentBased(Box::new(root)), heeds_parent: true, others }
    }
}

impl Sampling {
    /// Whether a trace that begins here is never recorded, as far as can be seen. A ratio, however small, records
    /// the trace that this asks about.
    pub(crate) fn drops_roots(&self) -> bool {
        let trace_id = TraceId::from(1_u128 << 64);
        let sampler = &self.sampler;
        let asked = sampler.should_sample(None, trace_id, "", &SpanKind::Internal, &[], &[]);
        asked.decision == SamplingDecision::Drop
    }

    /// Whether a trace that begins elsewhere is recorded as that says.
    pub(crate) const fn heeds_parent(&self) -> bool {
        self.heeds_parent
    }
}

impl From<Sampler> for Sampling {
    fn from(sampler: Sampler) -> Self {
        let heeds_parent = matches!(sampler, Sampler::ParentBased(_));
        Self { heeds_parent, others: Others::of(&sampler), sampler }
    }
}

impl Others {
    const fn of(sampler: &Sampler) -> Self {
        match sampler {
            Sampler::AlwaysOn => Self::On,
            Sampler::AlwaysOff => Self::Off,
            Sampler::TraceIdRatioBased(_) => Self::ByTrace,
            // What is in it cannot be seen.
            _ => Self::Asked,
        }
    }
}

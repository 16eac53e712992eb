//! Which spans are recorded: by the SDK's sampler, of which as much is known as can be decided without asking it.

use opentelemetry_sdk::trace::Sampler;

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

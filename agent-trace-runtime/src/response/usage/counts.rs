//! Counts that may be absent, and how a whole limits its parts.

/// The counts that are recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) input: Option<u64>,
    pub(crate) output: Option<u64>,
    pub(crate) cache_read: Option<u64>,
    pub(crate) cache_write: Option<u64>,
    pub(crate) reasoning: Option<u64>,
    pub(crate) input_of: ByModality,
    pub(crate) output_of: ByModality,
    pub(crate) cache_read_of: ByModality,
}

impl Counts {
    pub(super) const NONE: Self = Self {
        input: None,
        output: None,
        cache_read: None,
        cache_write: None,
        reasoning: None,
        input_of: [None; 3],
        output_of: [None; 3],
        cache_read_of: [None; 3],
    };

    /// Whether more is known than the two wholes.
    pub(super) fn has_parts(&self) -> bool {
        let has_any = |parts: &ByModality| parts.iter().any(Option::is_some);
        self.cache_read.is_some()
            || self.cache_write.is_some()
            || self.reasoning.is_some()
            || has_any(&self.input_of)
            || has_any(&self.output_of)
            || has_any(&self.cache_read_of)
    }
}

/// A count for each [`Modality`](super::Modality), in the order of its variants.
pub(crate) type ByModality = [Option<u64>; 3];

/// What a whole has left for its parts: no limit where the whole is not known.
pub(super) struct Room(pub(super) Option<u64>);

impl Room {
    pub(super) fn take(&mut self, part: Option<u64>) -> Option<u64> {
        let Some(room) = &mut self.0 else { return part };
        let taken = part?.min(*room);
        *room -= taken;
        Some(taken)
    }

    pub(super) fn take_each(mut self, parts: ByModality) -> ByModality {
        parts.map(|part| self.take(part))
    }
}

/// A later statement replaces an earlier one.
pub(super) fn replace(known: &mut Option<u64>, later: Option<u64>) {
    *known = later.or(*known);
}

/// The sum of what is known.
pub(crate) fn add(left: Option<u64>, right: Option<u64>) -> Option<u64> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.saturating_add(right)),
        (known, None) | (None, known) => known,
    }
}

//! Counts that may be absent, and how a whole limits its parts.

/// The counts that are recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::response) struct Counts {
    pub(in crate::response) input: Option<u64>,
    pub(in crate::response) output: Option<u64>,
    pub(in crate::response) cache_read: Option<u64>,
    pub(in crate::response) cache_write: Option<u64>,
    pub(in crate::response) reasoning: Option<u64>,
    pub(in crate::response) input_of: ByModality,
    pub(in crate::response) output_of: ByModality,
    pub(in crate::response) cache_read_of: ByModality,
}

/// A count for each [`Modality`](super::Modality), in the order of its variants.
pub(in crate::response) type ByModality = [Option<u64>; 3];

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
pub(in crate::response) fn add(left: Option<u64>, right: Option<u64>) -> Option<u64> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.saturating_add(right)),
        (known, None) | (None, known) => known,
    }
}

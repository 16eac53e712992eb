//! Calls whose labels are beyond the limit of series: counted, and said once.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::telemetry::warn;

static COUNT: AtomicU64 = AtomicU64::new(0);
static IS_SAID: AtomicBool = AtomicBool::new(false);

/// How many calls of this process were measured without their labels, since there were too many.
///
/// Each set of labels (provider, models, server …) is a series of its own, which costs memory here and in every back end.
/// Beyond 1,000 of them, calls are measured by their operation alone. It is said once on stderr, and comes
/// from a label that users choose freely, like the name of a model.
///
/// # Examples
///
/// ```
/// assert_eq!(agent_trace_runtime::calls_beyond_metric_limit(), 0);
/// ```
#[must_use]
pub fn calls_beyond_metric_limit() -> u64 {
    COUNT.load(Ordering::Relaxed)
}

pub(super) fn note(limit: usize) {
    COUNT.fetch_add(1, Ordering::Relaxed);
    if !IS_SAID.swap(true, Ordering::Relaxed) {
        warn(&format_args!(
            "more than {limit} sets of labels (models, servers, tools …) have come; further ones are \
             measured by their operation alone. Is one of them chosen by users? This is said once."
        ));
    }
}

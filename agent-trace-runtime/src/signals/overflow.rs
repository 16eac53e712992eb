//! Calls whose labels are beyond the limit of series: counted, and said once.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::telemetry::warn;

static COUNT: AtomicU64 = AtomicU64::new(0);
static IS_SAID: AtomicBool = AtomicBool::new(false);

/// How many calls of this process were measured without their labels, since there were too many.
///
/// Each set of labels (provider, models, server …) is a series of its own, which costs memory here and in every back end.
/// Beyond 500 of an operation, or 1,500 in all, calls are measured by their operation alone. It is said once on stderr, and comes
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

pub(super) fn note(operation: &str, limit: usize) {
    COUNT.fetch_add(1, Ordering::Relaxed);
    if !IS_SAID.swap(true, Ordering::Relaxed) {
        warn(&format_args!(
            "calls of `{operation}` have more than {limit} sets of labels (models, servers, names …); further \
             ones are measured by their operation alone. Is one of them chosen by users? This is said once."
        ));
    }
}

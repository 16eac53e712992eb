//! Model calls that have ended without anyone telling of their tokens.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use super::site::CallSite;

static CALLS: AtomicU64 = AtomicU64::new(0);

/// How many model calls have succeeded in this process without telling of their token usage.
///
/// Each function that does so is named once on stderr. One that is annotated with `usage = none` is not
/// counted.
///
/// # Examples
///
/// ```
/// assert_eq!(agent_trace_runtime::calls_without_usage(), 0);
/// ```
#[must_use]
pub fn calls_without_usage() -> u64 {
    CALLS.load(Ordering::Relaxed)
}

/// Counts a call, and names its site the first time.
pub(super) fn note(site: &'static CallSite) {
    CALLS.fetch_add(1, Ordering::Relaxed);
    if !site.is_missing_usage.swap(true, Ordering::Relaxed) {
        // There is nobody to tell where stderr is closed.
        let _ = writeln!(
            std::io::stderr().lock(),
            "agent-trace: `{}` has ended without token usage. Return a type that tells it, record it by \
             `current().record_usage(…)`, or write `usage = none`. This is said once for each function.",
            site.span_name(),
        );
    }
}

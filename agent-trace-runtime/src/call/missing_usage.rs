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
        let _ = writeln!(std::io::stderr().lock(), "{}", notice(site));
    }
}

fn notice(site: &'static CallSite) -> String {
    format!(
        "agent-trace: `{}` has ended without token usage, as the span `{}`. Return a type that tells it, \
         record it by `current().record_usage(…)`, or write `usage = none`. This is said once for each \
         function.",
        site.function(),
        site.span_name(),
    )
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use opentelemetry_sdk::trace::Sampler;

    use super::*;
    use crate::call::ActiveCall;
    use crate::testing::Recorder;

    fn run(call: &mut ActiveCall) {
        call.enter(|| ());
    }

    #[test]
    fn the_notice_names_the_function() {
        static SITE: CallSite =
            CallSite::inference("chat", "chat gpt-4o", "gpt-4o").of_function("support::ask");
        assert!(notice(&SITE).starts_with("agent-trace: `support::ask` has ended without"));
    }

    #[test]
    fn only_a_call_that_was_asked_and_succeeded_has_to_tell() {
        use crate::call::ending::{Ending, OfResponse, OfSilentError, OfValue};
        use crate::call::outcome::Outcome;
        use crate::call::{current, usage_of};
        use crate::response::Usage;

        static SITE: CallSite = CallSite::inference("chat", "chat a", "a").cancel_is_ok();
        let is_missing = || SITE.is_missing_usage.load(Ordering::Relaxed);
        // Metrics are of all calls, so that those that are not sampled have to tell as well.
        let _recorder = Recorder::builder().sampler(Sampler::AlwaysOff).install();
        let mut call = SITE.start();
        run(&mut call);
        drop(call);
        assert!(!is_missing(), "lost a race");
        let mut call = SITE.start();
        run(&mut call);
        call.end(&mut Outcome::abandoned());
        assert!(!is_missing(), "failed");
        let mut call = SITE.start();
        call.enter(|| current().forgive());
        let _ = <(OfSilentError, OfResponse)>::finish(&mut call, Err::<Usage, ()>(()));
        assert!(!is_missing(), "failed, which is no failure");
        let mut call = SITE.start();
        run(&mut call);
        let _ = <(OfValue, OfResponse)>::finish(&mut call, None::<Usage>);
        assert!(!is_missing(), "there is no response");
        let mut call = SITE.start();
        call.enter(|| usage_of(None::<&()>, |()| Usage::default()));
        call.end(&mut Outcome::default());
        assert!(!is_missing(), "there is nothing to read the usage of");
        let mut call = SITE.start();
        run(&mut call);
        call.end(&mut Outcome::default());
        assert!(is_missing());
    }
}

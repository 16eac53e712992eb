//! When a call started: by a clock that does not jump, from which the time on the calendar follows.
//!
//! It is the processor's counter where that runs evenly, and the system's clock where it does not: a look at
//! the system's takes three times as long, and a call looks twice.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use quanta::Clock;

/// What the counter showed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment(u64);

/// The counter, and what it showed when it was first looked at.
static CLOCK: LazyLock<(Clock, u64)> = LazyLock::new(|| {
    let clock = Clock::new();
    let first = clock.raw();
    (clock, first)
});

/// What the calendar showed at the first look, in nanoseconds since 1970; corrected as the calendar is.
static CALENDAR: AtomicU64 = AtomicU64::new(0);

/// When the calendar was looked at last, in nanoseconds since the first look.
static LOOKED: AtomicU64 = AtomicU64::new(0);

/// For so long, in nanoseconds, the two clocks are taken to run alike: they part by some microseconds in it.
/// Where the calendar jumps, the spans of the next second do not.
const TRUST: u64 = 1_000_000_000;

impl Moment {
    /// Measures how fast the counter runs, and looks at the calendar: before the first call would.
    pub(crate) fn prepare() {
        Self::now().time();
    }

    #[inline]
    pub(crate) fn now() -> Self {
        Self(CLOCK.0.raw())
    }

    /// The time on the calendar.
    pub(crate) fn time(self) -> SystemTime {
        let now = self.nanoseconds();
        if CALENDAR.load(Ordering::Relaxed) == 0
            || now.abs_diff(LOOKED.load(Ordering::Relaxed)) > TRUST
        {
            look_at_calendar();
        }
        UNIX_EPOCH + Duration::from_nanos(CALENDAR.load(Ordering::Relaxed).saturating_add(now))
    }

    /// The time since then.
    pub(crate) fn elapsed(self) -> Duration {
        Self::now().since(self)
    }

    /// The time from an earlier moment to this one.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(CLOCK.0.delta_as_nanos(earlier.0, self.0))
    }

    /// Since the first look.
    fn nanoseconds(self) -> u64 {
        let (clock, first) = &*CLOCK;
        clock.delta_as_nanos(*first, self.0)
    }
}

#[cold]
fn look_at_calendar() {
    let now = Moment::now().nanoseconds();
    // A calendar before 1970 or after 2554 is wrong anyhow.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let since = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
    CALENDAR.store(since.saturating_sub(now).max(1), Ordering::Relaxed);
    LOOKED.store(now, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_on_the_calendar() {
        let before = SystemTime::now();
        let moment = Moment::now();
        let after = SystemTime::now();
        let tolerance = Duration::from_millis(50);
        assert!(moment.time() + tolerance >= before && moment.time() <= after + tolerance);
    }

    #[test]
    fn a_later_moment_is_later_on_the_calendar() {
        let earlier = Moment::now();
        let later = Moment::now();
        let elapsed = later.since(earlier);
        assert_eq!(earlier.since(later), Duration::ZERO);
        assert!(later.time() >= earlier.time() && earlier.elapsed() >= elapsed);
    }
}

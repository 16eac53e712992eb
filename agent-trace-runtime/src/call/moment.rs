//! When a call started: by a clock that does not jump, from which the time on the calendar follows.
//!
//! It is the processor's counter where the system trusts that as well, and the system's clock where not: a look at the
//! system's takes two to three times as long, and a call looks twice.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What the clock showed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment(u64);

/// A time on the calendar, in nanoseconds since 1970: made a `SystemTime` only when it is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Time(u64);

impl From<Time> for SystemTime {
    fn from(Time(nanoseconds): Time) -> Self {
        UNIX_EPOCH + Duration::from_nanos(nanoseconds)
    }
}

enum Clock {
    Counter(quanta::Clock),
    /// Nanoseconds since then.
    System(Instant),
}

static CLOCK: LazyLock<Clock> = LazyLock::new(|| {
    if is_counter_trusted() {
        Clock::Counter(quanta::Clock::new())
    } else {
        Clock::System(Instant::now())
    }
});

/// What the calendar showed when the clock showed nothing, in nanoseconds since 1970.
static CALENDAR: AtomicU64 = AtomicU64::new(0);

/// When the calendar was looked at last, in nanoseconds of the clock.
static LOOKED: AtomicU64 = AtomicU64::new(0);

/// For so long, in nanoseconds, the clock is taken to run as the calendar does: they part by less than it takes to
/// look at them.
const TRUST: u64 = 1_000_000;

/// A look at both that took longer, in nanoseconds, was interrupted, and tells little.
const LOOK: u64 = 1_000;

impl Clock {
    #[inline]
    fn show(&self) -> u64 {
        match self {
            Self::Counter(counter) => counter.raw(),
            Self::System(first) => nanoseconds(first.elapsed()),
        }
    }

    /// From one showing to another; none where the clock has gone back.
    #[inline]
    fn between(&self, earlier: u64, later: u64) -> u64 {
        match self {
            Self::Counter(counter) => counter.delta_as_nanos(earlier, later),
            Self::System(_) => later.saturating_sub(earlier),
        }
    }
}

impl Moment {
    /// Measures how fast the counter runs, and looks at the calendar: before the first call, since a clock that has
    /// just begun seems to have been looked at.
    pub(crate) fn prepare() {
        look_at_calendar();
    }

    #[inline]
    pub(crate) fn now() -> Self {
        Self(CLOCK.show())
    }

    /// The time on the calendar, to be asked at that moment.
    #[inline]
    pub(crate) fn time(self) -> Time {
        let now = self.nanoseconds();
        // A counter that has begun anew is far from where it was.
        if now.abs_diff(LOOKED.load(Ordering::Relaxed)) > TRUST {
            look_at_calendar();
        }
        Time(CALENDAR.load(Ordering::Relaxed).saturating_add(now))
    }

    /// The time since then.
    pub(crate) fn elapsed(self) -> Duration {
        Self::now().since(self)
    }

    /// The time from an earlier moment to this one.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(CLOCK.between(earlier.0, self.0))
    }

    fn nanoseconds(self) -> u64 {
        CLOCK.between(0, self.0)
    }
}

#[cold]
fn look_at_calendar() {
    let looks = (0..3).map(|_| {
        let before = Moment::now().nanoseconds();
        // A calendar before 1970 or after 2554 is wrong anyhow.
        let calendar = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let took = Moment::now().nanoseconds().saturating_sub(before);
        (took, before + took / 2, nanoseconds(calendar))
    });
    let mut best: Option<(u64, u64, u64)> = None;
    for look in looks {
        best = Some(best.map_or(look, |best| best.min(look)));
        if look.0 < LOOK {
            break;
        }
    }
    if let Some((_, now, calendar)) = best {
        CALENDAR.store(calendar.saturating_sub(now), Ordering::Relaxed);
        LOOKED.store(now, Ordering::Relaxed);
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Whether the system itself keeps time by the processor's counter. Linux says so, and has stopped to where it has
/// found that the processors' counters differ.
fn is_counter_trusted() -> bool {
    const SOURCE: &str = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
    if !cfg!(target_os = "linux") {
        return true;
    }
    let source = std::fs::read_to_string(SOURCE).unwrap_or_default();
    matches!(source.trim(), "tsc" | "arch_sys_counter")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_on_the_calendar() {
        // An interruption between the looks at two clocks says nothing of them.
        Moment::prepare();
        let is_between = (0..100).any(|_| {
            let before = SystemTime::now();
            let time = SystemTime::from(Moment::now().time());
            let after = SystemTime::now() + Duration::from_micros(1);
            before <= time + Duration::from_micros(1) && time <= after
        });
        assert!(is_between);
    }

    #[test]
    fn a_later_moment_is_later_on_the_calendar() {
        Moment::prepare();
        let earlier = Moment::now();
        let time = earlier.time();
        let later = Moment::now();
        let elapsed = later.since(earlier);
        assert_eq!(earlier.since(later), Duration::ZERO);
        assert!(later.time() >= time && earlier.elapsed() >= elapsed);
    }

    #[test]
    fn the_system_clock_stands_in_for_the_counter() {
        let clock = Clock::System(Instant::now());
        let (earlier, later) = (clock.show(), clock.show());
        assert!(earlier <= later);
        assert_eq!((clock.between(3, 10), clock.between(10, 3)), (7, 0));
    }
}

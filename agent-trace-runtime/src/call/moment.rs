//! When a call started: on the calendar, for its span, and by a clock that does not jump, for its duration.

use std::time::{Duration, Instant, SystemTime};

#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    time: SystemTime,
    clock: Instant,
}

impl Moment {
    pub(super) fn now() -> Self {
        Self { time: SystemTime::now(), clock: Instant::now() }
    }

    pub(super) const fn time(&self) -> SystemTime {
        self.time
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }

    /// The time after so long.
    pub(super) fn after(&self, elapsed: Duration) -> SystemTime {
        self.time + elapsed
    }
}

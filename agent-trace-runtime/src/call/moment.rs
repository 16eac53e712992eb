//! When a call started: on the calendar, for its span, and by a clock that does not jump, for its duration.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// Nanoseconds since 1970, in half the bytes of a `SystemTime`: calls are within futures.
    nanoseconds: u64,
    clock: Instant,
}

impl Moment {
    pub(super) fn now() -> Self {
        // A calendar before 1970 or after 2554 is wrong anyhow.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let nanoseconds = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
        Self { nanoseconds, clock: Instant::now() }
    }

    pub(super) fn time(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_nanos(self.nanoseconds)
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }

    /// The time after so long.
    pub(super) fn after(&self, elapsed: Duration) -> SystemTime {
        self.time() + elapsed
    }
}

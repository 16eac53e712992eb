//! Counts spans on their way, so that a queue is kept drained: who makes them waits for who takes them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

/// The most spans on their way.
const MOST: u64 = 8_192;

/// Spans are lost, and their room with them, if there is none for so long.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone, Debug, Default)]
pub(super) struct Delivery(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    made: AtomicU64,
    arrived: Mutex<u64>,
    some_arrived: Condvar,
}

impl Delivery {
    /// Counts spans as made, and waits until there is room for them.
    pub(super) fn wait_for_room(&self, spans: u64) {
        let made = self.0.made.fetch_add(spans, Ordering::Relaxed) + spans;
        let has_no_room = |arrived: &mut u64| made.saturating_sub(*arrived) > MOST;
        let (arrived, waited) = self
            .0
            .some_arrived
            .wait_timeout_while(self.0.lock(), PATIENCE, has_no_room)
            .unwrap_or_else(PoisonError::into_inner);
        assert!(!waited.timed_out(), "spans are lost: of {made}, {arrived} have arrived");
    }

    /// Takes spans as arrived.
    pub(super) fn take(&self, spans: u64) {
        *self.0.lock() += spans;
        self.0.some_arrived.notify_all();
    }

    /// What has been made and has not arrived.
    pub(super) fn on_their_way(&self) -> u64 {
        self.0.made.load(Ordering::Relaxed) - *self.0.lock()
    }
}

impl Counts {
    fn lock(&self) -> MutexGuard<'_, u64> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets go of spans.
impl SpanExporter for Delivery {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.take(batch.len() as u64);
        drop(std::hint::black_box(batch));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn who_makes_spans_waits_for_who_takes_them() {
        let delivery = Delivery::default();
        delivery.wait_for_room(MOST);
        thread::scope(|scope| {
            let maker = scope.spawn(|| delivery.wait_for_room(100));
            delivery.take(100);
            maker.join().expect("there is room again");
        });
        assert_eq!(delivery.on_their_way(), MOST);
    }
}

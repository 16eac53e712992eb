//! The time at which telemetry ends: what is under way then is given up, so that there is time to put it aside.

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::sync::watch;

/// How long it takes to put aside what is left.
const MARGIN: Duration = Duration::from_millis(500);

/// Says when telemetry ends.
#[derive(Clone, Debug)]
pub(super) struct Ending(Arc<watch::Sender<Option<Instant>>>);

/// Hears of it.
#[derive(Debug)]
pub(super) struct End(watch::Receiver<Option<Instant>>);

impl Ending {
    pub(super) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(None)))
    }

    /// The side that hears.
    pub(super) fn end(&self) -> End {
        End(self.0.subscribe())
    }

    /// Gives up what is under way so long before the deadline that there is time for the rest. The first deadline
    /// counts.
    pub(super) fn set(&self, deadline: Instant) {
        let time = deadline.checked_sub(MARGIN).unwrap_or(deadline);
        self.0.send_if_modified(|known| {
            let is_new = known.is_none();
            known.get_or_insert(time);
            is_new
        });
    }
}

impl End {
    /// Whether it is there.
    pub(super) fn is_reached(&self) -> bool {
        self.0.borrow().is_some_and(|time| Instant::now() >= time)
    }

    /// What the future gives; `None` where telemetry ends before that.
    pub(super) async fn unless<F: Future>(&mut self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        let mut end = pin!(self.reached());
        std::future::poll_fn(|context| {
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                return Poll::Ready(Some(output));
            }
            end.as_mut().poll(context).map(|()| None)
        })
        .await
    }

    async fn reached(&mut self) {
        loop {
            let time = *self.0.borrow_and_update();
            if let Some(time) = time {
                return tokio::time::sleep_until(time.into()).await;
            }
            if self.0.changed().await.is_err() {
                // Nobody is left who could end it.
                return std::future::pending().await;
            }
        }
    }
}

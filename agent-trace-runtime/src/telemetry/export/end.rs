//! The time at which telemetry ends: what is under way then is given up.

use std::pin::pin;
use std::task::Poll;
use std::time::Instant;

use tokio::sync::watch;

/// Says when telemetry ends.
#[derive(Debug)]
pub(super) struct Ending(watch::Sender<Option<Instant>>);

/// Hears of it.
#[derive(Debug)]
pub(super) struct End(watch::Receiver<Option<Instant>>);

/// Both sides.
pub(super) fn end() -> (Ending, End) {
    let (sender, receiver) = watch::channel(None);
    (Ending(sender), End(receiver))
}

impl Ending {
    /// Ends telemetry at this time.
    pub(super) fn set(&self, time: Instant) {
        self.0.send_replace(Some(time));
    }
}

impl End {
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

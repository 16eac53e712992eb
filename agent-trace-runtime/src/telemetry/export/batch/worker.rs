//! The task that exports what is queued: when a batch is full, when one has waited long enough, when asked, and when
//! what could not be delivered is attempted again.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::time::timeout;

use super::super::counts::Loss;
use super::super::delivery::{Batch, Delivery, TOO_LATE, failure};
use super::super::encoding::Encode;
use super::BatchLimits;
use super::item::Item;
use super::queue::Queued;

/// How long before its deadline an answer is given.
const MARGIN: Duration = Duration::from_millis(100);

/// What the task is told.
#[derive(Debug)]
pub(in super::super) enum Message {
    BatchIsFull,
    /// Somebody waits, until then, to hear how it went.
    Ask(Asked, Instant, mpsc::SyncSender<OTelSdkResult>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Asked {
    /// Export all that is queued.
    Flush,
    /// The same, and keep nothing.
    End,
}

/// What the task owns.
pub(super) struct Work<T, E> {
    pub(super) encoder: E,
    pub(super) queued: Queued<T>,
    pub(super) limits: BatchLimits,
    pub(super) delivery: Delivery,
    /// What did not fit into the last request.
    pub(super) left_over: Option<(T, usize)>,
}

impl<T: Item, E: Encode<T>> Work<T, E> {
    /// Exports until nobody can queue any more.
    pub(super) async fn run(mut self, mut messages: UnboundedReceiver<Message>) {
        loop {
            match timeout(self.patience(), messages.recv()).await {
                Ok(None) => break,
                Ok(Some(Message::Ask(asked, deadline, answer))) => {
                    let result = self.answer(asked, deadline).await;
                    let _ = answer.send(result);
                }
                Ok(Some(Message::BatchIsFull)) | Err(_) => {
                    self.delivery.catch_up(None).await;
                    self.drain(None).await;
                }
            }
            self.delivery.report_losses();
        }
        self.end();
    }

    /// How long nothing needs to be done.
    fn patience(&self) -> Duration {
        match self.delivery.pause() {
            Some(pause) if !self.delivery.has_room() => pause,
            // A batch that filled up while the last one was exported has been told of before.
            pause if !self.queued.is_full(self.limits) => {
                pause.unwrap_or(self.limits.delay).min(self.limits.delay)
            }
            _ => Duration::ZERO,
        }
    }

    async fn answer(&mut self, asked: Asked, deadline: Instant) -> OTelSdkResult {
        // Before nobody waits any more, to say why.
        let deadline = deadline.checked_sub(MARGIN).unwrap_or(deadline);
        let mut is_drained = false;
        // In turns: behind a batch that arrives at last, there is room for what is queued.
        while !is_drained && Instant::now() < deadline {
            self.delivery.insist(deadline).await;
            if !self.delivery.has_room() {
                break;
            }
            is_drained = self.drain(Some(deadline)).await;
        }
        if is_drained {
            self.delivery.insist(deadline).await;
        }
        let result = self.delivery.result();
        if asked == Asked::End {
            self.end();
        }
        if is_drained { result } else { result.and(Err(failure(TOO_LATE))) }
    }

    /// Takes what is queued by now, as long as it can be taken; says whether that was all. What comes while it is
    /// exported is for the next time, so that a flush ends.
    async fn drain(&mut self, asked: Option<Instant>) -> bool {
        let mut waiting = self.queued.len() + usize::from(self.left_over.is_some());
        while waiting > 0 {
            let is_late = asked.is_some_and(|deadline| Instant::now() >= deadline);
            if is_late || !self.delivery.has_room() {
                return false;
            }
            let Some((taken, batch)) = self.next(waiting) else { break };
            waiting -= taken;
            match batch {
                Ok(batch) => self.delivery.offer(batch, asked).await,
                Err(reason) => self.delivery.refuse(&reason, taken, asked.is_some()),
            }
        }
        true
    }

    /// The next batch, and how many items it has.
    fn next(&mut self, waiting: usize) -> Option<(usize, Result<Batch, String>)> {
        let count = waiting.min(self.limits.request);
        let items = self.queued.take(count, self.limits.request_bytes, &mut self.left_over);
        let taken = items.len();
        (taken > 0).then(|| {
            let body = self.encoder.encode(items);
            (taken, body.map(|body| Batch { body, items: taken, format: self.encoder.format() }))
        })
    }

    /// What is left goes to the spool, or is lost.
    fn end(&mut self) {
        loop {
            let waiting = self.queued.len() + usize::from(self.left_over.is_some());
            match self.next(waiting) {
                Some((_, Ok(batch))) => self.delivery.keep_for_later(batch),
                Some((taken, Err(_))) => self.queued.counts().add_lost(Loss::Refused, taken),
                None => break,
            }
        }
        self.delivery.end();
    }
}

/// Asks the task for something, and waits for it.
pub(super) fn ask(
    worker: &UnboundedSender<Message>,
    asked: Asked,
    patience: Duration,
) -> OTelSdkResult {
    let (answer, answered) = mpsc::sync_channel(1);
    let deadline = Instant::now() + patience;
    if worker.send(Message::Ask(asked, deadline, answer)).is_err() {
        return Err(OTelSdkError::AlreadyShutdown);
    }
    match answered.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        Ok(result) => result,
        Err(_) => Err(OTelSdkError::Timeout(patience)),
    }
}

//! The task that exports what is queued: when a batch is full, when one has waited long enough, when asked.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::time::timeout;

use super::item::Item;
use super::queue::Queued;
use super::{BatchLimits, Report};

/// What the task is told.
#[derive(Debug)]
pub(crate) enum Message {
    BatchIsFull,
    /// Export all that is queued, and say how that went.
    Flush(mpsc::SyncSender<OTelSdkResult>),
}

/// Sends batches of items to an endpoint.
pub(crate) trait Send<T>: std::marker::Send + 'static {
    fn send(&self, batch: Vec<T>) -> impl Future<Output = OTelSdkResult> + std::marker::Send;
}

/// Exports until nobody can queue any more.
pub(super) async fn run<T: Item>(
    exporter: impl Send<T>,
    queued: Queued<T>,
    mut messages: UnboundedReceiver<Message>,
    limits: BatchLimits,
    report: Report,
) {
    let mut left_over = None;
    loop {
        // A batch that filled up while the last one was exported has been told of before.
        let patience = if queued.len() >= limits.request { Duration::ZERO } else { limits.delay };
        let asked = match timeout(patience, messages.recv()).await {
            Ok(None) => return,
            Ok(Some(Message::Flush(answer))) => Some(answer),
            Ok(Some(Message::BatchIsFull)) | Err(_) => None,
        };
        // What comes while this is exported is for the next time, so that a flush ends.
        let mut waiting = queued.len() + usize::from(left_over.is_some());
        let mut result = Ok(());
        while waiting > 0 {
            let count = waiting.min(limits.request);
            let batch = queued.take(count, limits.request_bytes, &mut left_over);
            if batch.is_empty() {
                break;
            }
            let taken = batch.len();
            waiting -= taken;
            let sent = exporter.send(batch).await;
            report.note(&sent, taken, asked.is_some());
            result = result.and(sent);
        }
        if let Some(answer) = asked {
            let _ = answer.send(result);
        }
    }
}

/// Asks the task to export all that is queued, and waits for it.
pub(super) fn flush(worker: &UnboundedSender<Message>, patience: Duration) -> OTelSdkResult {
    let (answer, answered) = mpsc::sync_channel(1);
    let start = Instant::now();
    if worker.send(Message::Flush(answer)).is_err() {
        return Err(OTelSdkError::AlreadyShutdown);
    }
    match answered.recv_timeout(patience.saturating_sub(start.elapsed())) {
        Ok(result) => result,
        Err(_) => Err(OTelSdkError::Timeout(patience)),
    }
}

//! A queue with its exporter, which starts when its resource is known.

use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use opentelemetry_sdk::error::OTelSdkResult;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::item::Item;
use super::queue::{Queue, Queued, queue};
use super::worker::{self, Message, Send};
use super::{BatchLimits, Lost, Report};

/// How long a flush is waited for where nobody says otherwise.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(crate) struct Batches<T, E> {
    queue: Queue<T>,
    messages: UnboundedSender<Message>,
    waiting: Mutex<Option<Waiting<T, E>>>,
    limits: BatchLimits,
    runtime: Handle,
}

/// What the task will own.
#[derive(Debug)]
struct Waiting<T, E> {
    exporter: E,
    queued: Queued<T>,
    messages: UnboundedReceiver<Message>,
    report: Report,
}

impl<T: Item + Debug, E: Send<T> + Debug> Batches<T, E> {
    pub(crate) fn new(
        exporter: E,
        limits: BatchLimits,
        runtime: Handle,
        lost: Lost,
        report: Report,
    ) -> Self {
        let (sender, messages) = unbounded_channel();
        let (queue, queued) = queue(limits, sender.clone(), lost);
        let waiting = Mutex::new(Some(Waiting { exporter, queued, messages, report }));
        Self { queue, messages: sender, waiting, limits, runtime }
    }

    /// Starts the task, once, after `prepare` has seen the exporter.
    pub(super) fn start(&self, prepare: impl FnOnce(&mut E)) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Waiting { mut exporter, queued, messages, report }) = waiting {
            prepare(&mut exporter);
            self.runtime.spawn(worker::run(exporter, queued, messages, self.limits, report));
        }
    }

    pub(super) fn put(&self, item: T) {
        self.queue.put(item);
    }

    pub(super) fn flush(&self, patience: Duration) -> OTelSdkResult {
        worker::flush(&self.messages, patience)
    }
}

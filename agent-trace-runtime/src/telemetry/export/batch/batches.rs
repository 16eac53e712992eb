//! A queue with its delivery, which starts when its resource is known.

use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::super::control::Control;
use super::super::counts::Counts;
use super::super::delivery::Delivery;
use super::super::encoding::Encode;
use super::super::end::Ending;
use super::BatchLimits;
use super::item::Item;
use super::queue::{Queue, Queued, queue};
use super::worker::{self, Asked, Message, Work};

/// How long a flush is waited for where nobody says otherwise.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(crate) struct Batches<T, E> {
    queue: Queue<T>,
    messages: UnboundedSender<Message>,
    waiting: Mutex<Option<Waiting<T, E>>>,
    pub(super) limits: BatchLimits,
    runtime: Handle,
    ending: Ending,
}

/// What the task will own.
#[derive(Debug)]
struct Waiting<T, E> {
    encoder: E,
    queued: Queued<T>,
    messages: UnboundedReceiver<Message>,
    delivery: Delivery,
}

impl<T: Item + Debug, E: Encode<T> + Debug> Batches<T, E> {
    pub(in super::super) fn new(
        encoder: E,
        limits: BatchLimits,
        runtime: Handle,
        counts: Counts,
        delivery: Delivery,
        ending: Ending,
    ) -> Self {
        let (sender, messages) = unbounded_channel();
        counts.set_capacity(limits.queued);
        let (queue, queued) = queue(limits, sender.clone(), counts);
        let waiting = Mutex::new(Some(Waiting { encoder, queued, messages, delivery }));
        Self { queue, messages: sender, waiting, limits, runtime, ending }
    }

    /// Starts the task, once.
    pub(super) fn start(&self, resource: &Resource) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Waiting { mut encoder, queued, messages, delivery }) = waiting {
            encoder.set_resource(resource);
            let work = Work { encoder, queued, limits: self.limits, delivery, left_over: None };
            self.runtime.spawn(work.run(messages));
        }
    }

    /// What telemetry asks of it.
    pub(in super::super) fn control(&self) -> Control {
        Control::new(self.ending.clone(), Some(self.messages.clone()))
    }

    pub(super) fn put(&self, item: T) {
        self.queue.put(item);
    }

    pub(super) fn flush(&self, patience: Duration) -> OTelSdkResult {
        worker::ask(&self.messages, Asked::Flush, patience)
    }

    pub(super) fn end(&self, patience: Duration) -> OTelSdkResult {
        self.ending.set(Instant::now() + patience);
        worker::ask(&self.messages, Asked::End, patience)
    }
}

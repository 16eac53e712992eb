//! The queue between the threads that make telemetry and the one that exports it.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use tokio::sync::mpsc::UnboundedSender;

use super::super::counts::{Counts, Loss};
use super::BatchLimits;
use super::item::Item;
use super::worker::Message;

/// The side of the threads that make telemetry.
#[derive(Debug)]
pub(super) struct Queue<T> {
    items: SyncSender<Entry<T>>,
    counts: Counts,
    worker: UnboundedSender<Message>,
    limits: BatchLimits,
}

/// The side of the thread that exports.
#[derive(Debug)]
pub(super) struct Queued<T> {
    items: Receiver<Entry<T>>,
    counts: Counts,
}

#[derive(Debug)]
struct Entry<T> {
    item: T,
    bytes: usize,
}

/// Both sides of a queue, of which the worker hears through `worker`.
pub(super) fn queue<T>(
    limits: BatchLimits,
    worker: UnboundedSender<Message>,
    counts: Counts,
) -> (Queue<T>, Queued<T>) {
    let (sender, receiver) = sync_channel(limits.queued);
    let queued = Queued { items: receiver, counts: counts.clone() };
    (Queue { items: sender, counts, worker, limits }, queued)
}

impl<T: Item> Queue<T> {
    /// Queues an item: where there is no room for all of it without its content, and where there is none for
    /// that either, not at all.
    pub(super) fn put(&self, item: T) {
        let bytes = item.bytes();
        let queued = if self.reserve(bytes) {
            self.put_reserved(item, bytes)
        } else {
            let bare = item.lightened().map(|item| (item.bytes(), item));
            let is_queued = bare
                .is_ok_and(|(bytes, item)| self.reserve(bytes) && self.put_reserved(item, bytes));
            self.counts.add_lightened(usize::from(is_queued));
            is_queued
        };
        if !queued {
            self.counts.add_lost(Loss::QueueFull, 1);
        }
    }

    #[inline]
    fn put_reserved(&self, item: T, bytes: usize) -> bool {
        if self.items.try_send(Entry { item, bytes }).is_err() {
            self.counts.release(bytes);
            return false;
        }
        // The worker is woken once for each batch, since that takes longer than to queue an item.
        if self.counts.put_queued() == self.limits.request {
            let _ = self.worker.send(Message::BatchIsFull);
        }
        true
    }

    fn reserve(&self, bytes: usize) -> bool {
        let Some(before) = self.counts.reserve(bytes, self.limits.queued_bytes) else {
            return false;
        };
        let full = self.limits.request_bytes;
        if before < full && before + bytes >= full {
            let _ = self.worker.send(Message::BatchIsFull);
        }
        true
    }
}

impl<T: Item> Queued<T> {
    /// The next items: at most `count`, and of at most so many bytes, but one at least.
    pub(super) fn take(
        &self,
        count: usize,
        most_bytes: usize,
        next: &mut Option<(T, usize)>,
    ) -> Vec<T> {
        // Spans are large: to grow would copy them.
        let mut taken = Vec::with_capacity(count);
        let mut sum: usize = 0;
        while taken.len() < count {
            let item = next.take().or_else(|| self.receive());
            let Some((item, bytes)) = item else { break };
            let (item, bytes) =
                if bytes > most_bytes { self.lightened(item, bytes) } else { (item, bytes) };
            sum = sum.saturating_add(bytes);
            if sum > most_bytes && !taken.is_empty() {
                *next = Some((item, bytes));
                break;
            }
            taken.push(item);
        }
        taken
    }

    /// The next item, whatever its size.
    fn receive(&self) -> Option<(T, usize)> {
        let Entry { item, bytes } = self.items.try_recv().ok()?;
        self.counts.take_queued();
        self.counts.release(bytes);
        Some((item, bytes))
    }

    /// An item that would fill a request by itself, without its content where that can be given up.
    fn lightened(&self, item: T, bytes: usize) -> (T, usize) {
        match item.lightened() {
            Ok(item) => {
                let less = item.bytes();
                self.counts.add_lightened(usize::from(less < bytes));
                (item, less)
            }
            Err(item) => (item, bytes),
        }
    }

    /// Whether what waits fills a request.
    pub(super) fn is_full(&self, limits: BatchLimits) -> bool {
        self.len() >= limits.request || self.counts.queued_bytes() >= limits.request_bytes
    }

    /// How many items wait.
    pub(super) fn len(&self) -> usize {
        self.counts.queued()
    }

    pub(super) const fn counts(&self) -> &Counts {
        &self.counts
    }
}

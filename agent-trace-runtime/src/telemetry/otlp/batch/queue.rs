//! The queue between the threads that make telemetry and the one that exports it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use tokio::sync::mpsc::UnboundedSender;

use super::item::Item;
use super::worker::Message;
use super::{BatchLimits, Lost};

/// The side of the threads that make telemetry.
#[derive(Debug)]
pub(super) struct Queue<T> {
    items: SyncSender<Entry<T>>,
    counts: Arc<Counts>,
    worker: UnboundedSender<Message>,
    limits: BatchLimits,
    lost: Lost,
}

/// The side of the thread that exports.
#[derive(Debug)]
pub(super) struct Queued<T> {
    items: Receiver<Entry<T>>,
    counts: Arc<Counts>,
}

#[derive(Debug)]
struct Entry<T> {
    item: T,
    bytes: usize,
}

#[derive(Debug, Default)]
struct Counts {
    items: AtomicUsize,
    bytes: AtomicUsize,
}

/// Both sides of a queue, of which the worker hears through `worker`.
pub(super) fn queue<T>(
    limits: BatchLimits,
    worker: UnboundedSender<Message>,
    lost: Lost,
) -> (Queue<T>, Queued<T>) {
    let (sender, receiver) = sync_channel(limits.queued);
    let counts = Arc::new(Counts::default());
    let queued = Queued { items: receiver, counts: Arc::clone(&counts) };
    (Queue { items: sender, counts, worker, limits, lost }, queued)
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
            bare.is_ok_and(|(bytes, item)| self.reserve(bytes) && self.put_reserved(item, bytes))
        };
        if !queued {
            self.lost.note(T::NAME);
        }
    }

    #[inline]
    fn put_reserved(&self, item: T, bytes: usize) -> bool {
        if self.items.try_send(Entry { item, bytes }).is_err() {
            self.counts.bytes.fetch_sub(bytes, Ordering::Relaxed);
            return false;
        }
        // The worker is woken once for each batch, since that takes longer than to queue an item.
        if self.counts.items.fetch_add(1, Ordering::Relaxed) + 1 == self.limits.request {
            let _ = self.worker.send(Message::BatchIsFull);
        }
        true
    }

    fn reserve(&self, bytes: usize) -> bool {
        let before = self.counts.bytes.fetch_add(bytes, Ordering::Relaxed);
        let fits = before.saturating_add(bytes) <= self.limits.queued_bytes;
        if !fits {
            self.counts.bytes.fetch_sub(bytes, Ordering::Relaxed);
        }
        fits
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
                if bytes > most_bytes { lightened(item, bytes) } else { (item, bytes) };
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
        self.counts.items.fetch_sub(1, Ordering::Relaxed);
        self.counts.bytes.fetch_sub(bytes, Ordering::Relaxed);
        Some((item, bytes))
    }

    /// How many items wait.
    pub(super) fn len(&self) -> usize {
        self.counts.items.load(Ordering::Relaxed)
    }
}

/// An item that would fill a request by itself, without its content where that can be given up.
fn lightened<T: Item>(item: T, bytes: usize) -> (T, usize) {
    match item.lightened() {
        Ok(item) => {
            let bytes = item.bytes();
            (item, bytes)
        }
        Err(item) => (item, bytes),
    }
}

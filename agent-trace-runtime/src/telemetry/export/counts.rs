//! What has become of all that was to be exported: counted by the parts that an item passes through, read by anyone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Why an item was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Loss {
    /// The queue had no room for it.
    QueueFull,
    /// The receiver will not take it.
    Refused,
    /// It alone is larger than a receiver takes.
    TooLarge,
    /// The receiver could not be reached before telemetry ended.
    Undelivered,
    /// The spool had no room for it, or could not be written.
    SpoolFull,
    /// What was in the spool cannot be read any more.
    Unreadable,
}

impl Loss {
    const ALL: [Self; 6] = [
        Self::QueueFull,
        Self::Refused,
        Self::TooLarge,
        Self::Undelivered,
        Self::SpoolFull,
        Self::Unreadable,
    ];

    /// How metrics name it, in `error.type`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::QueueFull => "queue_full",
            Self::Refused => "refused",
            Self::TooLarge => "too_large",
            Self::Undelivered => "undelivered",
            Self::SpoolFull => "spool_full",
            Self::Unreadable => "unreadable",
        }
    }

    pub(super) const fn in_words(self) -> &'static str {
        match self {
            Self::QueueFull => "the queue was full",
            Self::Refused => "the receiver refused them",
            Self::TooLarge => "larger than the receiver takes",
            Self::Undelivered => "not delivered before the end",
            Self::SpoolFull => "the spool was full",
            Self::Unreadable => "unreadable in the spool",
        }
    }
}

/// The counters of one exporter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    exported: AtomicU64,
    lost: [AtomicU64; Loss::ALL.len()],
    retries: AtomicU64,
    lightened: AtomicU64,
    spooled: AtomicU64,
    spool_bytes: AtomicU64,
    queued: AtomicU64,
    queued_bytes: AtomicU64,
    capacity: AtomicU64,
    processed: AtomicU64,
}

macro_rules! counters {
    ($($(#[$attribute:meta])* $add:ident => $field:ident;)*) => {
        impl Counts {$(
            $(#[$attribute])*
            pub(super) fn $add(&self, count: usize) {
                self.0.$field.fetch_add(count as u64, Ordering::Relaxed);
            }
        )*}
    };
}

counters! {
    /// Items have arrived.
    add_exported => exported;
    /// Attempts have failed that are made again.
    add_retries => retries;
    /// Items have lost their content, so that the rest of them fits.
    add_lightened => lightened;
    /// Items have gone to the disk.
    add_spooled => spooled;
}

impl Counts {
    pub(super) fn add_lost(&self, loss: Loss, count: usize) {
        if let Some(lost) = self.0.lost.get(loss as usize) {
            lost.fetch_add(count as u64, Ordering::Relaxed);
        }
    }

    pub(super) fn set_capacity(&self, items: usize) {
        self.0.capacity.store(items as u64, Ordering::Relaxed);
    }

    /// The most items that wait.
    pub(super) fn capacity(&self) -> u64 {
        self.0.capacity.load(Ordering::Relaxed)
    }

    pub(super) fn take_queued(&self) {
        self.0.queued.fetch_sub(1, Ordering::Relaxed);
        self.0.processed.fetch_add(1, Ordering::Relaxed);
    }

    /// How many items have left the queue.
    pub(super) fn processed(&self) -> u64 {
        self.0.processed.load(Ordering::Relaxed)
    }

    /// Adds an item to the queue; gives how many there are.
    pub(super) fn put_queued(&self) -> usize {
        to_size(self.0.queued.fetch_add(1, Ordering::Relaxed) + 1)
    }

    pub(super) fn queued(&self) -> usize {
        to_size(self.0.queued.load(Ordering::Relaxed))
    }

    /// Takes room for so many bytes in a queue of at most `most`; gives how many there were before.
    pub(super) fn reserve(&self, bytes: usize, most: usize) -> Option<usize> {
        let bytes = bytes as u64;
        let before = self.0.queued_bytes.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > most as u64 {
            self.0.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
            return None;
        }
        Some(to_size(before))
    }

    /// The bytes that wait.
    pub(super) fn queued_bytes(&self) -> usize {
        to_size(self.0.queued_bytes.load(Ordering::Relaxed))
    }

    pub(super) fn release(&self, bytes: usize) {
        self.0.queued_bytes.fetch_sub(bytes as u64, Ordering::Relaxed);
    }

    pub(super) fn set_spool_bytes(&self, bytes: u64) {
        self.0.spool_bytes.store(bytes, Ordering::Relaxed);
    }

    /// How many were lost for each reason.
    pub(super) fn losses(&self) -> [(Loss, u64); Loss::ALL.len()] {
        Loss::ALL.map(|loss| {
            let count = self.0.lost.get(loss as usize).map(|lost| lost.load(Ordering::Relaxed));
            (loss, count.unwrap_or(0))
        })
    }

    pub(crate) fn lost(&self) -> u64 {
        self.losses().iter().map(|(_, count)| count).sum()
    }

    /// All of them, as they are now.
    pub(crate) fn read(&self) -> ExportCounts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        ExportCounts {
            exported: read(&self.0.exported),
            lost: self.losses().into_iter().filter(|(_, count)| *count > 0).collect(),
            retries: read(&self.0.retries),
            lightened: read(&self.0.lightened),
            spooled: read(&self.0.spooled),
            spool_bytes: read(&self.0.spool_bytes),
            queued: read(&self.0.queued),
            queued_bytes: read(&self.0.queued_bytes),
        }
    }
}

fn to_size(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// What has become of the items of one exporter since it was installed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExportCounts {
    /// Items that the receiver has taken: spans, log events; of metrics, data points.
    pub exported: u64,
    /// Items that were lost, by the reason; reasons without any are left out.
    pub lost: Vec<(Loss, u64)>,
    /// Attempts that have failed and were, or will be, made again.
    pub retries: u64,
    /// Items that were sent without their content, because they were too large with it.
    pub lightened: u64,
    /// Items that have gone to the spool. Those that were sent from there since are among the exported ones.
    pub spooled: u64,
    /// Bytes in the spool, now.
    pub spool_bytes: u64,
    /// Items that wait in the queue, now.
    pub queued: u64,
    /// Bytes that wait in the queue, now, as they are estimated.
    pub queued_bytes: u64,
}

impl ExportCounts {
    /// How many items were lost for this reason.
    #[must_use]
    pub fn lost_by(&self, loss: Loss) -> u64 {
        self.lost.iter().find(|(known, _)| *known == loss).map_or(0, |(_, count)| *count)
    }
}

//! Delivers batches in their order: each until it has arrived, was refused, or has gone to the spool.
//!
//! What waits here to be sent again is one batch at most, with its parts; behind it, the queue fills to its limits. With
//! a spool, batches go to the disk as long as nothing can be delivered, and from there when it can.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use opentelemetry_http::Bytes;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};

use super::super::arm::Kind;
use super::content;
use super::counts::{Counts, Loss};
use super::encoding::Format;
use super::end::End;
use super::report::Report;
use super::spool::Spool;
pub(super) use super::transport::TOO_LATE;
use super::transport::{Attempt, Transport};

/// Items that are sent together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(super) body: Bytes,
    pub(super) items: usize,
    pub(super) format: Format,
}

/// What is being sent: a batch, or a part of one that was too large. Of the spool, only the front is in hand, whole or as
/// all of its parts that are not done; the last of them takes it out of the spool.
#[derive(Clone, Debug)]
struct Part {
    batch: Batch,
    place: Place,
}

/// Where the batch is kept that a part is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Here alone.
    Memory,
    /// At the front of the spool, whole, until its last part is done.
    Spool { is_last: bool },
}

/// How often a batch is attempted where somebody waits for it.
const ASKED_ATTEMPTS: usize = 4;

const FIRST_DELAY: Duration = Duration::from_millis(100);
const LONGEST_DELAY: Duration = Duration::from_secs(5);
/// The most that a receiver can ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// The way of all batches of one arm to one destination.
#[derive(Debug)]
pub(super) struct Delivery {
    kind: Kind,
    transport: Transport,
    /// How long one attempt may take.
    patience: Duration,
    /// The most bytes of a request.
    most_bytes: usize,
    /// What is to be sent before anything else.
    in_hand: VecDeque<Part>,
    spool: Option<Spool>,
    /// While nothing can be delivered.
    outage: Option<Outage>,
    end: End,
    /// Why the last item was lost for good, until somebody is told.
    lost: Option<String>,
    counts: Counts,
    report: Report,
}

#[derive(Debug)]
struct Outage {
    delays: ExponentialBackoff,
    /// When it is attempted again.
    until: Instant,
    reason: String,
}

/// What a delivery is made of.
pub(super) struct Parts {
    pub(super) kind: Kind,
    pub(super) transport: Transport,
    pub(super) patience: Duration,
    pub(super) most_bytes: usize,
    pub(super) spool: Option<Spool>,
    pub(super) end: End,
    pub(super) counts: Counts,
    pub(super) report: Report,
}

impl Delivery {
    pub(super) fn new(parts: Parts) -> Self {
        let Parts { kind, transport, patience, most_bytes, spool, end, counts, report } = parts;
        Self {
            kind,
            transport,
            patience,
            most_bytes,
            in_hand: VecDeque::new(),
            spool,
            outage: None,
            end,
            lost: None,
            counts,
            report,
        }
    }

    /// Whether another batch can be taken.
    pub(super) fn has_room(&self) -> bool {
        self.in_hand.is_empty() || self.spool.is_some()
    }

    /// Whether anything waits to be sent again.
    pub(super) fn is_behind(&self) -> bool {
        !self.in_hand.is_empty() || self.spool.as_ref().is_some_and(|spool| !spool.is_empty())
    }

    /// How long nothing is attempted; `None` where all can be delivered.
    pub(super) fn pause(&self) -> Option<Duration> {
        if !self.is_behind() {
            return None;
        }
        let until = self.outage.as_ref().map(|outage| outage.until);
        Some(until.map(|until| until.saturating_duration_since(Instant::now())).unwrap_or_default())
    }

    /// Says what was lost since it was said last, where that is long enough ago.
    pub(super) fn report_losses(&self) {
        self.report.losses(&self.counts);
    }

    /// How it stands: whether all has arrived that was taken since this was asked last.
    pub(super) fn result(&mut self) -> OTelSdkResult {
        let lost = self.lost.take();
        if !self.is_behind() {
            return lost.map_or(Ok(()), |reason| Err(failure(&reason)));
        }
        let reason = self.outage.as_ref().map(|outage| outage.reason.as_str());
        Err(failure(reason.unwrap_or(TOO_LATE)))
    }

    /// Attempts without regard to an outage, a few times where that ends soon, and for at most so long.
    pub(super) async fn insist(&mut self, deadline: Instant) {
        for attempt in 1.. {
            if let Some(outage) = &mut self.outage {
                outage.until = Instant::now();
            }
            self.catch_up(Some(deadline)).await;
            let Some(pause) = self.pause() else { return };
            let is_late = Instant::now() + pause >= deadline || self.end.is_reached();
            if attempt == ASKED_ATTEMPTS || is_late {
                return;
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// Sends what waits, unless it is too early to attempt it again. Who asks for it, until then, is told otherwise of a
    /// failure.
    pub(super) async fn catch_up(&mut self, asked: Option<Instant>) {
        while self.is_behind() {
            let is_early = self.outage.as_ref().is_some_and(|outage| Instant::now() < outage.until);
            // What is under way is not given up where nobody waits any more: it may have arrived.
            if is_early || asked.is_some_and(|deadline| Instant::now() >= deadline) {
                return;
            }
            let Some(batch) = self.take_next() else { return };
            let Some(batch) = self.fitting(batch) else { continue };
            match self.transport.attempt(&batch, self.patience, &mut self.end).await {
                Attempt::Delivered { rejected, message } => {
                    self.done();
                    self.outage = None;
                    self.report.delivered();
                    let rejected = usize::try_from(rejected).unwrap_or(usize::MAX).min(batch.items);
                    self.counts.add_exported(batch.items - rejected);
                    if rejected > 0 {
                        self.refuse(&message, rejected, asked.is_some());
                    }
                }
                Attempt::Refused { reason } => {
                    self.done();
                    self.refuse(&reason, batch.items, asked.is_some());
                }
                Attempt::TooLarge { reason } => {
                    self.take_apart(&batch, &reason);
                }
                Attempt::Later { reason, after } => {
                    self.counts.add_retries(1);
                    self.spool_what_is_in_hand();
                    self.wait(&reason, after);
                    self.report.note(&reason);
                    if asked.is_none() {
                        self.report.failing(&reason, self.spool.is_some());
                    }
                    return;
                }
            }
        }
    }

    /// Takes a batch: sends it, unless others wait before it.
    pub(super) async fn offer(&mut self, batch: Batch, asked: Option<Instant>) {
        if self.is_behind() && self.spool.is_some() {
            self.keep(&batch);
        } else {
            self.keep_for_later(batch);
            self.catch_up(asked).await;
        }
    }

    /// Notes that items were refused for good.
    pub(super) fn refuse(&mut self, reason: &str, count: usize, is_asked: bool) {
        if !is_asked {
            self.report.refused(reason);
        }
        self.lose(Loss::Refused, count, reason);
    }

    /// Counts items that are lost, which whoever asks next is told.
    fn lose(&mut self, loss: Loss, count: usize, reason: &str) {
        self.counts.add_lost(loss, count);
        self.report.note(reason);
        self.lost = Some(reason.to_owned());
    }

    /// Forgets what waits to be sent again: something that says the same has come.
    pub(super) fn supersede(&mut self) {
        if self.spool.is_none() {
            self.in_hand.clear();
        }
    }

    /// Loses the oldest of what waits for a receiver, where that is more than so many batches with the next one.
    pub(super) fn keep_at_most(&mut self, most: usize) {
        while self.spool.is_none() && self.in_hand.len() >= most {
            let oldest = self.in_hand.pop_front().map_or(0, |part| part.batch.items);
            self.counts.add_lost(Loss::Undelivered, oldest);
        }
    }

    /// Takes a batch that nobody attempts any more.
    pub(super) fn keep_for_later(&mut self, batch: Batch) {
        self.in_hand.push_back(Part { batch, place: Place::Memory });
    }

    /// Ends the delivery: what is left is lost, unless it is in the spool.
    pub(super) fn end(&mut self) {
        self.spool_what_is_in_hand();
        self.put_back();
        // The next telemetry that is given the folder finds it free.
        self.spool = None;
        let of_memory = self.in_hand.drain(..).filter(|part| part.place == Place::Memory);
        self.counts.add_lost(Loss::Undelivered, of_memory.map(|part| part.batch.items).sum());
        self.report.last_losses(&self.counts);
    }

    /// What is sent next, which is in hand then.
    fn take_next(&mut self) -> Option<Batch> {
        if self.in_hand.is_empty() {
            let batch = self.spool.as_mut().and_then(Spool::front)?.clone();
            self.in_hand.push_back(Part { batch, place: Place::Spool { is_last: true } });
        }
        self.in_hand.front().map(|part| part.batch.clone())
    }

    /// What is left of the spool's front goes behind the others, where a part of it is done: without that part.
    fn put_back(&mut self) {
        let Some(spool) = &mut self.spool else { return };
        let left = || self.in_hand.iter().filter(|part| part.place != Place::Memory);
        let items: usize = left().map(|part| part.batch.items).sum();
        if items == 0 || spool.front().is_none_or(|whole| whole.items == items) {
            return;
        }
        // Where there is no room for what is left, the whole stays: better twice than never.
        if left().all(|part| spool.push(&part.batch).is_ok()) {
            spool.pop();
        }
    }

    /// Nothing more is to be done for what is sent.
    fn done(&mut self) {
        let part = self.in_hand.pop_front();
        if let (Some(Place::Spool { is_last: true }), Some(spool)) =
            (part.map(|part| part.place), &mut self.spool)
        {
            spool.pop();
        }
    }

    /// The batch in the format and size of the destination; where it has to be taken apart for that, its parts are in
    /// hand instead.
    fn fitting(&mut self, batch: Batch) -> Option<Batch> {
        let batch = match self.transport.format() {
            Some(format) if format != batch.format => {
                let Some(rewritten) = content::rewritten(self.kind, &batch, format) else {
                    self.done();
                    self.lose(Loss::Unreadable, batch.items, "it cannot be read any more");
                    return None;
                };
                rewritten
            }
            _ => batch,
        };
        if batch.body.len() > self.most_bytes {
            self.take_apart(&batch, "larger than a request may be");
            return None;
        }
        Some(batch)
    }

    /// Puts the halves of what is sent in its place; a single item is lost.
    fn take_apart(&mut self, batch: &Batch, reason: &str) {
        let Some([first, second]) = content::halves(self.kind, batch) else {
            self.done();
            return self.lose(Loss::TooLarge, batch.items, reason);
        };
        let place = self.in_hand.pop_front().map_or(Place::Memory, |part| part.place);
        let before = match place {
            Place::Memory => Place::Memory,
            Place::Spool { .. } => Place::Spool { is_last: false },
        };
        self.in_hand.push_front(Part { batch: second, place });
        self.in_hand.push_front(Part { batch: first, place: before });
    }

    fn spool_what_is_in_hand(&mut self) {
        if self.spool.is_some() {
            for part in std::mem::take(&mut self.in_hand) {
                match part.place {
                    Place::Memory => self.keep(&part.batch),
                    Place::Spool { .. } => self.in_hand.push_back(part),
                }
            }
        }
    }

    /// Writes a batch to the spool.
    fn keep(&mut self, batch: &Batch) {
        let Some(spool) = &mut self.spool else { return };
        match spool.push(batch) {
            Ok(()) => self.counts.add_spooled(batch.items),
            Err(reason) => {
                self.report.spool_failed(&reason);
                self.lose(Loss::SpoolFull, batch.items, &reason);
            }
        }
    }

    fn wait(&mut self, reason: &str, after: Option<Duration>) {
        let outage = self.outage.get_or_insert_with(|| Outage {
            delays: ExponentialBuilder::default()
                .with_min_delay(FIRST_DELAY)
                .with_max_delay(LONGEST_DELAY)
                .with_factor(2.0)
                .without_max_times()
                .with_jitter()
                .build(),
            until: Instant::now(),
            reason: String::new(),
        });
        let delay = outage.delays.next().unwrap_or(LONGEST_DELAY).min(LONGEST_DELAY);
        let after = after.unwrap_or_default().min(LONGEST_PAUSE);
        outage.until = Instant::now() + after.max(delay);
        reason.clone_into(&mut outage.reason);
    }
}

pub(super) fn failure(reason: &str) -> OTelSdkError {
    OTelSdkError::InternalFailure(reason.to_owned())
}

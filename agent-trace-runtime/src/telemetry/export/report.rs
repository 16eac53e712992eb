//! Says on stderr what becomes of the exports of one arm: when they begin to fail and work again, and what is lost, once
//! a minute at most.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::super::arm::Kind;
use super::super::error::{warn, without_credentials};
use super::super::failure::LastFailure;
use super::counts::{Counts, Loss};

/// How long nothing more is said of losses, and of refusals.
const SILENCE: Duration = Duration::from_secs(60);

/// What was said of one arm.
#[derive(Debug)]
pub(crate) struct Report {
    arm: Kind,
    destination: String,
    failure: LastFailure,
    said: Mutex<Said>,
}

#[derive(Debug, Default)]
struct Said {
    is_failing: bool,
    refusal: Option<Instant>,
    spool: Option<Instant>,
    losses: Option<Instant>,
    /// How many had been lost for each reason when that was said.
    lost: Vec<(Loss, u64)>,
}

impl Report {
    pub(crate) fn new(arm: Kind, destination: &str, failure: LastFailure) -> Self {
        let destination = without_credentials(destination);
        Self { arm, destination, failure, said: Mutex::default() }
    }

    /// Takes the reason of a failure for who asks next.
    pub(super) fn note(&self, reason: &str) {
        self.failure.set(reason.to_owned());
    }

    fn with(&self, say: impl FnOnce(&mut Said)) {
        say(&mut self.said.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(super) fn delivered(&self) {
        let Self { arm, destination, .. } = self;
        self.failure.take();
        self.with(|said| {
            if std::mem::take(&mut said.is_failing) {
                warn(&format_args!("{arm} are delivered to {destination} again"));
            }
        });
    }

    /// Nothing can be delivered, for now.
    pub(super) fn failing(&self, reason: &str, has_spool: bool) {
        let Self { arm, destination, .. } = self;
        let meanwhile = if has_spool { "they go to the spool" } else { "they wait in the queue" };
        self.with(|said| {
            if !std::mem::replace(&mut said.is_failing, true) {
                let reason = without_credentials(reason);
                warn(&format_args!(
                    "{arm} cannot be delivered to {destination}, and {meanwhile}: {reason}. This is said again \
                     when it has changed."
                ));
            }
        });
    }

    /// Items were refused for good.
    pub(super) fn refused(&self, reason: &str) {
        let Self { arm, destination, .. } = self;
        self.with(|said| {
            if is_due(&mut said.refusal) {
                let reason = without_credentials(reason);
                warn(&format_args!("{destination} has refused {arm}, which are lost: {reason}"));
            }
        });
    }

    pub(super) fn spool_failed(&self, reason: &str) {
        let arm = self.arm;
        self.with(|said| {
            if is_due(&mut said.spool) {
                warn(&format_args!("{arm} could not be spooled, and are lost: {reason}"));
            }
        });
    }

    /// Says how many were lost since that was said last, where that is long enough ago.
    pub(super) fn losses(&self, counts: &Counts) {
        self.say_losses(counts, false);
    }

    /// Says how many were lost since that was said last, however long ago that is.
    pub(super) fn last_losses(&self, counts: &Counts) {
        self.say_losses(counts, true);
    }

    fn say_losses(&self, counts: &Counts, is_last: bool) {
        let now = counts.losses();
        let arm = self.arm;
        self.with(|said| {
            let before = |loss: Loss| {
                said.lost.iter().find(|(known, _)| *known == loss).map_or(0, |(_, count)| *count)
            };
            // What was refused has been said with its reason.
            let new = now.iter().filter(|(loss, _)| *loss != Loss::Refused);
            let new = new.map(|(loss, count)| (loss, count - before(*loss)));
            let new: Vec<String> = new
                .filter(|(_, count)| *count > 0)
                .map(|(loss, count)| format!("{count} ({})", loss.in_words()))
                .collect();
            if !new.is_empty() && (is_last || is_due(&mut said.losses)) {
                said.lost = now.to_vec();
                warn(&format_args!("{arm} were lost: {}", new.join(", ")));
            }
        });
    }
}

/// Whether it is long enough ago that this was said; it is said now, then.
fn is_due(last: &mut Option<Instant>) -> bool {
    let is_due = last.is_none_or(|last| last.elapsed() >= SILENCE);
    if is_due {
        *last = Some(Instant::now());
    }
    is_due
}

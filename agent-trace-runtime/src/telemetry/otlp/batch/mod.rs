//! Batches of spans and log events on their way to an exporter: a queue that is bounded in number and in
//! bytes, drained by a task of the exporting thread.

mod batches;
mod events;
mod item;
mod queue;
mod report;
mod spans;
#[cfg(test)]
mod tests;
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

pub(super) use events::{EventBatches, OfEvents};
pub(super) use report::Report;
pub(super) use spans::SpanBatches;

use super::super::arm::Kind;
use super::super::environment::{self, Variable};
use super::super::error::{InstallError, warn};
use super::super::settings::{Otlp, Protocol};

/// How much is kept, and for how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchLimits {
    /// The most items that wait.
    queued: usize,
    /// The most bytes that wait, as they are estimated.
    queued_bytes: usize,
    /// The most items of one request.
    request: usize,
    /// The most bytes of one request, as they are estimated.
    request_bytes: usize,
    /// How long an item waits for others.
    delay: Duration,
}

/// Collectors refuse messages beyond 4 MiB, and what is estimated is not exact.
const REQUEST_BYTES: usize = 2 << 20;

/// As JSON, content is escaped once more, and each of its values has a name for its type.
const JSON_GROWTH: usize = 4;

impl BatchLimits {
    /// What the variables of the specification say, over its defaults.
    pub(super) fn of(arm: Kind, otlp: &Otlp, protocol: Protocol) -> Result<Self, InstallError> {
        let (prefix, delay) = match arm {
            Kind::Spans => ("OTEL_BSP", 5_000),
            Kind::Metrics | Kind::Events => ("OTEL_BLRP", 1_000),
        };
        let number = |name: &str, default: u64| -> Result<u64, InstallError> {
            let Some(Variable { name, value }) =
                environment::variable(&format!("{prefix}_{name}"))?
            else {
                return Ok(default);
            };
            Ok(value.parse().ok().filter(|number| *number > 0).unwrap_or_else(|| {
                warn(&format_args!(
                    "{name} is `{value}`, which is no number above 0; it is ignored"
                ));
                default
            }))
        };
        let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let queued = size(number("MAX_QUEUE_SIZE", 2_048)?);
        Ok(Self {
            queued,
            queued_bytes: otlp.queued_bytes(),
            request_bytes: match protocol {
                Protocol::HttpJson => REQUEST_BYTES / JSON_GROWTH,
                _ => REQUEST_BYTES,
            },
            request: size(number("MAX_EXPORT_BATCH_SIZE", 512)?).min(queued),
            delay: Duration::from_millis(number("SCHEDULE_DELAY", delay)?),
        })
    }
}

/// What did not fit into the queues, or was refused by the endpoint.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lost {
    count: Arc<AtomicU64>,
    is_said: Arc<AtomicBool>,
}

impl Lost {
    /// Counts one, and says so the first time.
    fn note(&self, what: &str) {
        self.add(1);
        if !self.is_said.swap(true, Ordering::Relaxed) {
            warn(&format_args!(
                "the queue of {what} is full, and some are lost: is the endpoint slow or away? This is said \
                 once."
            ));
        }
    }

    fn add(&self, count: usize) {
        self.count.fetch_add(count as u64, Ordering::Relaxed);
    }

    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}

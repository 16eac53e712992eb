//! Batches of spans and log events on their way to a destination: a queue that is bounded in number and in
//! bytes, drained by a task of the exporting thread.

mod batches;
mod events;
mod item;
mod queue;
mod spans;
#[cfg(test)]
mod tests;
mod worker;

use std::time::Duration;

pub(super) use events::EventBatches;
pub(super) use item::Event;
pub(super) use spans::{SpanBatches, cut};
pub(super) use worker::{Asked, Message};

use super::super::arm::Kind;
use super::super::environment::Environment;
use super::super::error::InstallError;
use super::encoding::Format;

/// How much is kept, and for how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchLimits {
    /// The most items that wait.
    pub(super) queued: usize,
    /// The most bytes that wait, as they are estimated.
    pub(super) queued_bytes: usize,
    /// The most items of one request.
    pub(super) request: usize,
    /// The most bytes of one request, as they are estimated.
    pub(super) request_bytes: usize,
    /// How long an item waits for others.
    pub(super) delay: Duration,
    /// How long one attempt may take, by the variables of the batches.
    pub(super) patience: Duration,
    /// The most bytes of a text in an attribute.
    pub(super) text_bytes: Option<usize>,
}

/// As JSON, content is escaped once more, and each of its values has a name for its type.
const JSON_GROWTH: usize = 4;

impl BatchLimits {
    /// What the variables of the specification say, over its defaults.
    pub(super) fn of(
        environment: &Environment,
        kind: Kind,
        queued_bytes: usize,
        most_bytes: usize,
        format: Format,
    ) -> Result<Self, InstallError> {
        let (prefix, delay) = match kind {
            Kind::Spans => ("OTEL_BSP", 5_000),
            Kind::Metrics | Kind::Events => ("OTEL_BLRP", 1_000),
        };
        let subject = kind.name();
        let number = |setting: &str, name: &str, default: usize| {
            environment.number(subject, setting, &format!("{prefix}_{name}"), default)
        };
        let queued = number("queue", "MAX_QUEUE_SIZE", 2_048)?;
        let time = |setting: &str, name: &str, default: u64| {
            environment.time(subject, setting, &format!("{prefix}_{name}"), default)
        };
        Ok(Self {
            queued,
            queued_bytes,
            // What is estimated is not exact.
            request_bytes: match format {
                Format::Protobuf => most_bytes / 2,
                _ => most_bytes / 2 / JSON_GROWTH,
            },
            request: number("batch", "MAX_EXPORT_BATCH_SIZE", 512)?.min(queued),
            delay: time("delay", "SCHEDULE_DELAY", delay)?,
            patience: time("export timeout", "EXPORT_TIMEOUT", 30_000)?,
            text_bytes: match kind {
                Kind::Spans => environment.text_limit()?,
                Kind::Metrics | Kind::Events => None,
            },
        })
    }
}

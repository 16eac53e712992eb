//! What telemetry asks of its exporters: of all at once, since the SDK asks one after the other, and waits for each.

use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Instant;

use opentelemetry_sdk::error::OTelSdkResult;
use tokio::sync::mpsc::UnboundedSender;

use super::batch::{Asked, Message};
use super::end::Ending;

/// One exporter.
#[derive(Clone, Debug)]
pub(in super::super) struct Control {
    ending: Ending,
    /// Of one with a queue: metrics are collected by the SDK.
    queue: Option<UnboundedSender<Message>>,
}

/// How an exporter says that it has done what it was asked for; nothing of one without a queue.
type Answer = Option<Receiver<OTelSdkResult>>;

impl Control {
    pub(super) const fn new(ending: Ending, queue: Option<UnboundedSender<Message>>) -> Self {
        Self { ending, queue }
    }

    /// Begins to export what is queued.
    pub(in super::super) fn flush(&self, deadline: Instant) -> Answer {
        self.ask(Asked::Flush, deadline)
    }

    /// The same, for the last time: what has not arrived by then goes to the spool, or is lost.
    pub(in super::super) fn end(&self, deadline: Instant) -> Answer {
        self.ending.set(deadline);
        self.ask(Asked::End, deadline)
    }

    fn ask(&self, asked: Asked, deadline: Instant) -> Answer {
        let (answer, answered) = sync_channel(1);
        let message = Message::Ask(asked, deadline, answer);
        // One that has ended has nothing left.
        self.queue.as_ref()?.send(message).is_ok().then_some(answered)
    }
}

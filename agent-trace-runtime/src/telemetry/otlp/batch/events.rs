//! Batches of log events.

use std::fmt::Debug;
use std::time::Duration;

use opentelemetry::InstrumentationScope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogBatch, LogExporter, LogProcessor, SdkLogRecord};

use super::batches::{Batches, PATIENCE};
use super::item::Event;
use super::worker::Send;

/// Queues log events for an exporter.
pub(crate) type EventBatches<E> = Batches<Event, OfEvents<E>>;

/// An exporter of log events.
#[derive(Debug)]
pub(crate) struct OfEvents<E>(pub(crate) E);

impl<E: LogExporter + 'static> Send<Event> for OfEvents<E> {
    async fn send(&self, batch: Vec<Event>) -> OTelSdkResult {
        let records: Vec<_> = batch.iter().map(|event| (&event.record, &event.scope)).collect();
        self.0.export(LogBatch::new(&records)).await
    }
}

impl<E: LogExporter + Debug + 'static> LogProcessor for EventBatches<E> {
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        self.put(Event { record: record.clone(), scope: scope.clone() });
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.flush(PATIENCE)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.flush(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.start(|exporter| exporter.0.set_resource(resource));
    }
}

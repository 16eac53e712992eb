//! Batches of log events.

use std::fmt::Debug;
use std::time::Duration;

use opentelemetry::InstrumentationScope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogProcessor, SdkLogRecord};

use super::super::encoding::Encode;
use super::batches::{Batches, PATIENCE};
use super::item::Event;

/// Queues log events for an exporter.
pub(crate) type EventBatches<E> = Batches<Event, E>;

impl<E: Encode<Event> + Debug> LogProcessor for EventBatches<E>
where
    Self: Sync,
{
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        self.put(Event { record: record.clone(), scope: scope.clone() });
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.flush(PATIENCE)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.end(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.start(resource);
    }
}

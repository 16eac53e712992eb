//! Log events in memory.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use opentelemetry::InstrumentationScope;
use opentelemetry::logs::{AnyValue, Severity};
use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogProcessor, SdkLogRecord, SdkLoggerProvider};

/// A log event.
#[derive(Clone, Debug)]
pub struct RecordedEvent(SdkLogRecord);

impl RecordedEvent {
    /// The event's name; empty of a record that is no event.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.event_name().unwrap_or_default()
    }

    /// How severe it is, where that was told.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        self.0.severity_number()
    }

    /// The value of an attribute, or `None` where the event does not have it.
    #[must_use]
    pub fn attribute(&self, key: &str) -> Option<&AnyValue> {
        let mut attributes = self.0.attributes_iter();
        attributes.find(|(known, _)| known.as_str() == key).map(|(_, value)| value)
    }

    /// The keys of all attributes, sorted.
    #[must_use]
    pub fn attribute_keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = self.0.attributes_iter().map(|(key, _)| key.as_str()).collect();
        keys.sort_unstable();
        keys
    }

    /// The trace that it belongs to.
    #[must_use]
    pub fn trace_id(&self) -> Option<TraceId> {
        self.0.trace_context().map(|context| context.trace_id)
    }

    /// The span that it belongs to.
    #[must_use]
    pub fn span_id(&self) -> Option<SpanId> {
        self.0.trace_context().map(|context| context.span_id)
    }

    /// Everything that the SDK exports of the event.
    #[must_use]
    pub const fn data(&self) -> &SdkLogRecord {
        &self.0
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct EventLog(Arc<Mutex<Vec<RecordedEvent>>>);

impl EventLog {
    pub(super) fn provider(&self) -> SdkLoggerProvider {
        SdkLoggerProvider::builder().with_log_processor(self.clone()).build()
    }

    pub(super) fn read(&self) -> Vec<RecordedEvent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl LogProcessor for EventLog {
    fn emit(&self, record: &mut SdkLogRecord, _scope: &InstrumentationScope) {
        let event = RecordedEvent(record.clone());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

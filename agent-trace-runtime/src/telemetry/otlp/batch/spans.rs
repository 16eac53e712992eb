//! Batches of spans.

use std::fmt::Debug;
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanExporter, SpanProcessor};

use super::batches::{Batches, PATIENCE};
use super::worker::Send;

/// Queues sampled spans for an exporter.
pub(crate) type SpanBatches<E> = Batches<SpanData, E>;

impl<E: SpanExporter + 'static> Send<SpanData> for E {
    async fn send(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.export(batch).await
    }
}

impl<E: SpanExporter + Debug + 'static> SpanProcessor for SpanBatches<E> {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() {
            self.put(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.flush(PATIENCE)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.flush(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.start(|exporter| exporter.set_resource(resource));
    }
}

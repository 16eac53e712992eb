//! Where spans go that are measured: a batch queue, drained into an exporter that discards.
//!
//! It counts what arrives, so that no kit is fast by losing spans. The queue is drained after each turn, and
//! not while it is timed: how much of a turn an exporter disturbs would hang on where its batches happen to end.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, SpanData, SpanExporter};

/// More spans than any kit makes in one turn.
const QUEUE: usize = 8_192;

/// Takes spans and lets go of them.
#[derive(Clone, Debug, Default)]
pub struct Discard(Arc<AtomicU64>);

impl Discard {
    /// How many spans have arrived.
    pub fn received(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    pub(crate) fn take(&self, spans: usize) {
        self.0.fetch_add(spans as u64, Ordering::Release);
    }

    /// The SDK's queue in front of this.
    pub fn batched(&self) -> BatchSpanProcessor {
        let config = BatchConfigBuilder::default()
            .with_max_queue_size(QUEUE)
            .with_max_export_batch_size(QUEUE)
            .build();
        BatchSpanProcessor::builder(self.clone()).with_batch_config(config).build()
    }
}

impl SpanExporter for Discard {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.take(batch.len());
        drop(black_box(batch));
        Ok(())
    }
}

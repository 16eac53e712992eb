//! A span processor that the SDK's provider and annotated calls share.

use std::any::TypeId;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{BatchSpanProcessor, Span, SpanData, SpanProcessor};

#[derive(Clone, Debug)]
pub(crate) struct Processor {
    shared: Arc<dyn SpanProcessor>,
    /// Whether it does anything when a span starts.
    hears_starts: bool,
}

impl Processor {
    /// A processor that may hear of starts; the SDK's of batches does not.
    pub(crate) fn new<P: SpanProcessor + 'static>(processor: P) -> Self {
        let hears_starts = TypeId::of::<P>() != TypeId::of::<BatchSpanProcessor>();
        Self { shared: Arc::new(processor), hears_starts }
    }

    /// A processor that does nothing when a span starts.
    pub(crate) fn of_ends(processor: impl SpanProcessor + 'static) -> Self {
        Self { shared: Arc::new(processor), hears_starts: false }
    }

    /// The same, of a type that is not known.
    #[cfg(feature = "__push")]
    pub(crate) fn of_boxed_ends(processor: Box<dyn SpanProcessor>) -> Self {
        Self { shared: Arc::from(processor), hears_starts: false }
    }

    /// Tells it of the resource, before it is shared.
    pub(super) fn prepare(&mut self, resource: &Resource) {
        if let Some(processor) = Arc::get_mut(&mut self.shared) {
            processor.set_resource(resource);
        }
    }

    pub(super) const fn hears_starts(&self) -> bool {
        self.hears_starts
    }

    pub(super) fn start(&self, span: &mut Span, parent: &Context) {
        self.shared.on_start(span, parent);
    }

    #[inline]
    pub(super) fn take(&self, span: SpanData) {
        self.shared.on_end(span);
    }
}

/// As the provider sees it; it has been told of the resource.
impl SpanProcessor for Processor {
    fn on_start(&self, span: &mut Span, parent: &Context) {
        self.shared.on_start(span, parent);
    }

    fn on_end(&self, span: SpanData) {
        self.shared.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.shared.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.shared.shutdown_with_timeout(timeout)
    }
}

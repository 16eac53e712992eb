//! The thread that exports: a small runtime of its own, so that exporting works under any runtime
//! of the application, and under none.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::logs::{LogBatch, LogExporter};
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use super::super::failure::LastFailure;

/// The running thread. It ends when this is dropped, with whatever export is still in flight.
#[derive(Debug)]
pub(in super::super) struct Worker {
    handle: Handle,
    /// Never sent on: the thread ends when this side is gone.
    _alive: oneshot::Sender<()>,
}

impl Worker {
    pub(in super::super) fn start() -> std::io::Result<Self> {
        let (alive, ended) = oneshot::channel();
        let (sender, receiver) = mpsc::sync_channel(1);
        thread::Builder::new().name("agent-trace-export".to_owned()).spawn(move || {
            // What exports a span must not make spans.
            let _suppressed = Context::enter_telemetry_suppressed_scope();
            match Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => {
                    let _ = sender.send(Ok(runtime.handle().clone()));
                    let _ = runtime.block_on(ended);
                    // A name look-up that hangs must not hold up the process.
                    runtime.shutdown_background();
                }
                Err(error) => {
                    let _ = sender.send(Err(error));
                }
            }
        })?;
        let handle = receiver.recv().map_err(std::io::Error::other)??;
        Ok(Self { handle, _alive: alive })
    }

    pub(super) fn runtime(&self) -> Handle {
        self.handle.clone()
    }

    /// Runs `build` where clients find the runtime that they will be driven by.
    #[cfg(feature = "otlp-grpc")]
    pub(super) fn enter<T>(&self, build: impl FnOnce() -> T) -> T {
        let _entered = self.handle.enter();
        build()
    }
}

/// An exporter whose every export runs within the worker's runtime, and without telemetry of its own.
#[derive(Debug)]
pub(in super::super) struct OnWorker<E> {
    exporter: E,
    worker: Handle,
    failure: LastFailure,
}

impl<E> OnWorker<E> {
    pub(super) fn new(exporter: E, worker: &Worker, failure: LastFailure) -> Self {
        Self { exporter, worker: worker.handle.clone(), failure }
    }

    /// Drives an export from the thread that asked for it, while its sockets and timers are the worker's.
    async fn run(&self, export: impl Future<Output = OTelSdkResult>) -> OTelSdkResult {
        let mut export = pin!(export);
        let result = poll_fn(|context| {
            let _entered = self.worker.enter();
            let _suppressed = Context::enter_telemetry_suppressed_scope();
            export.as_mut().poll(context)
        });
        let result = result.await;
        let cause = self.failure.take();
        if let Err(error) = &result {
            let text = match error {
                OTelSdkError::InternalFailure(text) => text.clone(),
                other => other.to_string(),
            };
            self.failure.set(cause.map_or(text.clone(), |cause| format!("{text}: {cause}")));
        }
        result
    }
}

impl<E: SpanExporter> SpanExporter for OnWorker<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.run(self.exporter.export(batch)).await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

impl<E: PushMetricExporter> PushMetricExporter for OnWorker<E> {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        self.run(self.exporter.export(metrics)).await
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn temporality(&self) -> Temporality {
        self.exporter.temporality()
    }
}

impl<E: LogExporter> LogExporter for OnWorker<E> {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        self.run(self.exporter.export(batch)).await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

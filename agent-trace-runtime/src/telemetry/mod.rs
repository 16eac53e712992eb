//! Installs telemetry, and ends it in good order.

mod builder;
mod destination;
mod environment;
mod error;
mod failure;
mod global;
#[cfg(feature = "__otlp")]
mod otlp;
#[cfg(feature = "signal")]
mod signal;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::SdkTracerProvider;

pub use builder::{Compression, Protocol, TelemetryBuilder};
pub(crate) use error::warn;
pub use error::{FlushError, InstallError};
pub(crate) use global::install as install_global_provider;
#[cfg(feature = "signal")]
pub use signal::{Run, Signal};

use crate::call::{Pipeline, clear_global};

/// How long the end of telemetry may take. The SDK gives a flush the same time.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// Installs telemetry as the environment says.
///
/// With `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` set, spans go there;
/// with neither, finished traces are printed to stderr as trees. See
/// [`TelemetryBuilder`] for all variables that are read.
///
/// # Errors
///
/// Where telemetry is installed already, where a variable has a value that cannot be used, or asks
/// for a feature that was switched off.
///
/// # Examples
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let telemetry = agent_trace_runtime::init()?;
/// // … the application …
/// telemetry.shutdown()?;
/// # Ok(())
/// # }
/// ```
pub fn init() -> Result<Telemetry, InstallError> {
    Telemetry::builder().install()
}

/// Installed telemetry. Keep it until the end of the program: dropped, it flushes and shuts down.
///
/// Every method may be called from any thread, inside or outside of an async runtime. Each blocks
/// its thread, for little more than five seconds at most.
#[derive(Debug)]
#[must_use = "telemetry ends when it is dropped; keep it until the end of `main`"]
pub struct Telemetry {
    pipeline: Arc<Pipeline>,
    destination: String,
    last_failure: failure::LastFailure,
    has_ended: AtomicBool,
    // After the pipeline, whose last export runs on it.
    #[cfg(feature = "__otlp")]
    _worker: Option<otlp::Worker>,
}

impl Telemetry {
    /// Configures telemetry in code.
    pub fn builder() -> TelemetryBuilder {
        TelemetryBuilder::default()
    }

    /// Exports all spans that have ended.
    ///
    /// # Errors
    ///
    /// Where the export failed or took more than five seconds.
    pub fn flush(&self) -> Result<(), FlushError> {
        if self.has_ended.load(Ordering::Acquire) {
            return Ok(());
        }
        self.pipeline.provider.force_flush().map_err(|error| self.failed(error))
    }

    /// Exports all spans that have ended, and ends telemetry: annotated functions go on to work, and
    /// record nothing. A second call does nothing.
    ///
    /// # Errors
    ///
    /// Where the last export failed or took too long.
    pub fn shutdown(&self) -> Result<(), FlushError> {
        if self.has_ended.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        clear_global(&self.pipeline);
        end(&self.pipeline.provider).map_err(|error| self.failed(error))
    }

    /// The provider of the spans, for code that opens spans by hand with the OpenTelemetry API.
    #[must_use]
    pub fn tracer_provider(&self) -> &SdkTracerProvider {
        &self.pipeline.provider
    }

    fn failed(&self, error: OTelSdkError) -> FlushError {
        FlushError::new(self.destination.clone(), self.last_failure.take(), error)
    }
}

/// The SDK's shutdown exports what is left but keeps the result of that export to itself, so a flush
/// goes before it.
fn end(provider: &SdkTracerProvider) -> OTelSdkResult {
    let start = Instant::now();
    let flushed = provider.force_flush();
    // An endpoint that did not answer the flush is not waited for a second time.
    let left = SHUTDOWN_TIMEOUT.saturating_sub(start.elapsed());
    let ended = provider.shutdown_with_timeout(left);
    flushed.and(ended)
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Err(error) = self.shutdown() {
            error::warn(&error);
        }
    }
}

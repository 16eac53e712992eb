//! The arms of telemetry: spans, metrics, log events, each with a provider that is flushed and ended.

use std::fmt;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;

use super::error::FlushError;
use super::failure::LastFailure;

/// What an arm carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Spans,
    Metrics,
    Events,
}

impl Kind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Spans => "spans",
            Self::Metrics => "metrics",
            Self::Events => "log events",
        }
    }

    /// As OpenTelemetry's addresses and files have it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Spans => "traces",
            Self::Metrics => "metrics",
            Self::Events => "logs",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[derive(Debug)]
pub(super) struct Arm {
    provider: Provider,
    /// Where it goes, as errors name it.
    destination: String,
    failure: LastFailure,
}

#[derive(Clone, Debug)]
pub(super) enum Provider {
    Spans(SdkTracerProvider),
    Metrics(SdkMeterProvider),
    Events(SdkLoggerProvider),
}

impl Provider {
    const fn kind(&self) -> Kind {
        match self {
            Self::Spans(_) => Kind::Spans,
            Self::Metrics(_) => Kind::Metrics,
            Self::Events(_) => Kind::Events,
        }
    }

    fn flush(&self) -> OTelSdkResult {
        match self {
            Self::Spans(provider) => provider.force_flush(),
            Self::Metrics(provider) => provider.force_flush(),
            Self::Events(provider) => provider.force_flush(),
        }
    }

    /// The SDK's processors export what is left when they end but keep the result of that to themselves, so a flush
    /// goes before it.
    fn end(&self, timeout: Duration) -> OTelSdkResult {
        let start = Instant::now();
        let left = || timeout.saturating_sub(start.elapsed());
        let flushed = match self {
            Self::Spans(provider) => provider.force_flush(),
            // Its end tells whether the last export failed, and would repeat that of a flush.
            Self::Metrics(_) => Ok(()),
            Self::Events(provider) => provider.force_flush(),
        };
        let ended = match self {
            Self::Spans(provider) => provider.shutdown_with_timeout(left()),
            Self::Metrics(provider) => provider.shutdown_with_timeout(left()),
            Self::Events(provider) => provider.shutdown_with_timeout(left()),
        };
        flushed.and(ended)
    }
}

impl Arm {
    pub(super) const fn new(provider: Provider, destination: String, failure: LastFailure) -> Self {
        Self { provider, destination, failure }
    }

    fn failed(&self, error: OTelSdkError) -> FlushError {
        let kind = self.provider.kind();
        FlushError::new(kind, self.destination.clone(), self.failure.take(), error)
    }
}

/// Exports all that has ended, of all arms at once.
pub(super) fn flush(arms: &[Arm], timeout: Duration) -> Result<(), FlushError> {
    each(arms, timeout, |provider| provider.flush())
}

/// Exports all that has ended, and ends all arms at once.
pub(super) fn end(arms: &[Arm], timeout: Duration) -> Result<(), FlushError> {
    each(arms, timeout, move |provider| provider.end(timeout))
}

/// Runs `work` on each arm's provider in a thread of its own, since not all of what the SDK does is bounded in
/// time; gives the first error.
fn each<W>(arms: &[Arm], timeout: Duration, work: W) -> Result<(), FlushError>
where
    W: Fn(&Provider) -> OTelSdkResult + Clone + Send + 'static,
{
    let deadline = Instant::now() + timeout + GRACE;
    let running: Vec<_> = arms
        .iter()
        .map(|arm| {
            let (sender, receiver) = mpsc::sync_channel(1);
            let (provider, work) = (arm.provider.clone(), work.clone());
            let run = move || {
                let _ = sender.send(work(&provider));
            };
            let started = thread::Builder::new().name("agent-trace-flush".to_owned()).spawn(run);
            (arm, started.map(|_| receiver))
        })
        .collect();
    let mut result = Ok(());
    for (arm, started) in running {
        let left = deadline.saturating_duration_since(Instant::now());
        let ended = match started {
            Ok(receiver) => {
                receiver.recv_timeout(left).unwrap_or(Err(OTelSdkError::Timeout(timeout)))
            }
            Err(error) => Err(OTelSdkError::InternalFailure(error.to_string())),
        };
        result = result.and(ended.map_err(|error| arm.failed(error)));
    }
    result
}

/// What the SDK takes beyond the time that it is given.
const GRACE: Duration = Duration::from_millis(250);

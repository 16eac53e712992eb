//! The arms of telemetry: spans, metrics, log events, each with a provider that is flushed and ended.

use std::fmt;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;

use super::error::FlushError;
#[cfg(feature = "__push")]
use super::export::Control;
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
    #[cfg(feature = "__push")]
    exporters: Vec<Control>,
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

/// What all arms are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Flush,
    End,
}

impl Arm {
    pub(super) const fn new(
        provider: Provider,
        destination: String,
        failure: LastFailure,
        #[cfg(feature = "__push")] exporters: Vec<Control>,
    ) -> Self {
        Self {
            provider,
            destination,
            failure,
            #[cfg(feature = "__push")]
            exporters,
        }
    }

    fn failed(&self, error: OTelSdkError) -> FlushError {
        let kind = self.provider.kind();
        FlushError::new(kind, self.destination.clone(), self.failure.take(), error)
    }

    /// Lets all exporters begin at once.
    #[cfg(feature = "__push")]
    fn begin(&self, asked: Asked, deadline: Instant) -> Vec<Receiver<OTelSdkResult>> {
        let exporters = self.exporters.iter();
        exporters
            .filter_map(|exporter| match asked {
                Asked::Flush => exporter.flush(deadline),
                Asked::End => exporter.end(deadline),
            })
            .collect()
    }

    #[cfg(not(feature = "__push"))]
    #[expect(clippy::unused_self, reason = "there are no exporters that push")]
    const fn begin(&self, _asked: Asked, _deadline: Instant) -> Vec<Receiver<OTelSdkResult>> {
        Vec::new()
    }
}

/// Exports all that has ended, of all arms at once.
pub(super) fn flush(arms: &[Arm], timeout: Duration) -> Result<(), FlushError> {
    each(arms, timeout, Asked::Flush)
}

/// Exports all that has ended, and ends all arms at once.
pub(super) fn end(arms: &[Arm], timeout: Duration) -> Result<(), FlushError> {
    each(arms, timeout, Asked::End)
}

/// Asks our exporters of all arms at once, and then each arm's provider in a thread of its own, since not all of what the
/// SDK does is bounded in time; gives the first error.
fn each(arms: &[Arm], timeout: Duration, asked: Asked) -> Result<(), FlushError> {
    let deadline = Instant::now() + timeout;
    let begun: Vec<_> = arms.iter().map(|arm| (arm, arm.begin(asked, deadline))).collect();
    let running: Vec<_> = begun
        .into_iter()
        .map(|(arm, mut answers)| {
            let (sender, receiver) = mpsc::sync_channel(1);
            let provider = arm.provider.clone();
            let run = move || {
                let _ = sender.send(match asked {
                    Asked::Flush => provider.flush(),
                    Asked::End => provider.end(timeout),
                });
            };
            let named = thread::Builder::new().name("agent-trace-flush".to_owned());
            let started = named.spawn(run);
            answers.push(receiver);
            (arm, started.map(|_| answers))
        })
        .collect();
    let mut result = Ok(());
    for (arm, started) in running {
        let mut ended = Ok(());
        match started {
            // All are waited for, also behind one that has failed.
            Ok(answers) => {
                for answer in answers {
                    let left = (deadline + GRACE).saturating_duration_since(Instant::now());
                    let answered = answer.recv_timeout(left);
                    ended = ended.and(answered.unwrap_or(Err(OTelSdkError::Timeout(timeout))));
                }
            }
            Err(error) => ended = Err(OTelSdkError::InternalFailure(error.to_string())),
        }
        result = result.and(ended.map_err(|error| arm.failed(error)));
    }
    result
}

/// What the SDK takes beyond the time that it is given.
const GRACE: Duration = Duration::from_millis(250);

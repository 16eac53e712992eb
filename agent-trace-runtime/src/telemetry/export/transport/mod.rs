//! How a batch gets to where it goes, and what came of one attempt.

#[cfg(feature = "otlp-file")]
mod file;
#[cfg(feature = "otlp-grpc")]
mod grpc;
#[cfg(feature = "__http-client")]
mod http;
#[cfg(any(feature = "__http-client", feature = "otlp-grpc"))]
mod partial;
#[cfg(feature = "__http-client")]
mod retry_after;

use std::time::{Duration, SystemTime};

use super::super::arm::Kind;
use super::super::destination::{Destination, Route};
use super::super::error::InstallError;
use super::super::worker::Worker;
use super::delivery::Batch;
use super::encoding::Format;
use super::end::End;

/// What is said where nothing was refused, and not all has arrived either.
pub(crate) const TOO_LATE: &str = "no answer in time";

/// What came of an attempt to deliver a batch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// It arrived. So many of its items were rejected, and this is what was said of it.
    Delivered { rejected: u64, message: String },
    /// It may be taken another time, not before so long.
    Later { reason: String, after: Option<Duration> },
    /// It will never be taken.
    Refused { reason: String },
    /// It will not be taken as large as it is.
    #[cfg_attr(
        not(any(feature = "__http-client", feature = "otlp-grpc")),
        allow(dead_code, reason = "files take all")
    )]
    TooLarge { reason: String },
}

impl Attempt {
    #[cfg(any(feature = "otlp-file", test))]
    pub(crate) const WHOLE: Self = Self::Delivered { rejected: 0, message: String::new() };

    /// Whatever the network has against it.
    #[cfg(any(feature = "__http-client", feature = "otlp-grpc"))]
    fn later(reason: impl Into<String>) -> Self {
        Self::Later { reason: reason.into(), after: None }
    }
}

/// What an attempt has shown beside what came of it, for who has to say what is wrong.
#[derive(Debug, Default)]
pub(crate) struct Noticed {
    /// What the server has answered; `None` where none has.
    pub(crate) answered: Option<Answered>,
    /// The server's time when it did.
    pub(crate) date: Option<SystemTime>,
    /// By which scheme it wants to know who asks.
    pub(crate) challenge: Option<String>,
    /// Where it says that is to be asked instead.
    pub(crate) location: Option<String>,
    /// The type of its answer's body.
    pub(crate) content_type: Option<String>,
}

/// How a server has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(all(feature = "__http-client", feature = "otlp-grpc")),
    allow(dead_code, reason = "what is switched off answers nothing")
)]
pub(crate) enum Answered {
    /// With a status of HTTP.
    Http(u16),
    /// With a status of gRPC.
    Grpc(i32),
}

/// A way to one destination.
#[derive(Debug)]
pub(super) enum Transport {
    #[cfg(feature = "__http-client")]
    Http(http::Client),
    #[cfg(feature = "otlp-grpc")]
    Grpc(Box<grpc::Client>),
    #[cfg(feature = "otlp-file")]
    File(file::Files),
    /// What the tests of this crate answer.
    #[cfg(test)]
    Test(super::tests::Answers),
}

impl Transport {
    #[cfg_attr(not(feature = "otlp-grpc"), expect(unused_variables, reason = "only gRPC connects"))]
    pub(super) fn new(
        kind: Kind,
        destination: &Destination,
        worker: &Worker,
    ) -> Result<Self, InstallError> {
        match &destination.route {
            #[cfg(feature = "__http-client")]
            Route::Http => Ok(Self::Http(http::Client::new(kind, destination)?)),
            #[cfg(feature = "otlp-grpc")]
            Route::Grpc => {
                let client = worker.enter(|| grpc::Client::new(kind, destination))?;
                Ok(Self::Grpc(Box::new(client)))
            }
            #[cfg(feature = "otlp-file")]
            Route::File(rotation) => {
                Ok(Self::File(file::Files::new(kind, destination, *rotation)?))
            }
            #[allow(unreachable_patterns, reason = "reached by none if all features are on")]
            _ => unreachable!("a destination's route has its feature"),
        }
    }

    /// The format in which batches are sent.
    pub(super) fn format(&self) -> Option<Format> {
        match self {
            #[cfg(feature = "__http-client")]
            Self::Http(client) => Some(client.format),
            #[cfg(feature = "otlp-grpc")]
            Self::Grpc(_) => Some(Format::Protobuf),
            #[cfg(feature = "otlp-file")]
            Self::File(_) => None,
            #[cfg(test)]
            Self::Test(_) => None,
        }
    }

    /// Attempts a delivery, for at most so long, or until telemetry ends.
    pub(super) async fn attempt(
        &mut self,
        batch: &Batch,
        patience: Duration,
        end: &mut End,
    ) -> Attempt {
        self.attempt_noticing(batch, patience, end, &mut Noticed::default()).await
    }

    /// The same, with what it shows.
    #[cfg_attr(
        not(any(feature = "__http-client", feature = "otlp-grpc")),
        expect(unused_variables, reason = "files show nothing")
    )]
    pub(super) async fn attempt_noticing(
        &mut self,
        batch: &Batch,
        patience: Duration,
        end: &mut End,
        noticed: &mut Noticed,
    ) -> Attempt {
        let attempt = async {
            match self {
                #[cfg(feature = "__http-client")]
                Self::Http(client) => client.attempt(batch, noticed).await,
                #[cfg(feature = "otlp-grpc")]
                Self::Grpc(client) => client.attempt(batch, noticed).await,
                #[cfg(feature = "otlp-file")]
                Self::File(files) => files.write(batch),
                #[cfg(test)]
                Self::Test(answers) => answers.attempt(batch).await,
            }
        };
        let answered = tokio::time::timeout(patience, end.unless(attempt)).await;
        answered
            .ok()
            .flatten()
            .unwrap_or_else(|| Attempt::Later { reason: TOO_LATE.to_owned(), after: None })
    }
}

//! Builds the OTLP exporters.

#[cfg(feature = "otlp-grpc")]
mod grpc;
#[cfg(feature = "otlp-http")]
mod http;
mod worker;

use opentelemetry_otlp::SpanExporter;

use super::builder::{Compression, Otlp, Protocol};
use super::destination::Destination;
use super::error::InstallError;
use super::failure::LastFailure;
pub(super) use worker::{OnWorker, Worker};

/// The exporter that `destination` asks for. It runs on `worker`, whatever thread calls it.
pub(super) fn build(
    otlp: Otlp,
    destination: &Destination,
    worker: &Worker,
    failure: &LastFailure,
) -> Result<OnWorker<SpanExporter>, InstallError> {
    let exporter = match destination.protocol {
        #[cfg(feature = "otlp-grpc")]
        Protocol::Grpc => worker.enter(|| grpc::build(otlp, destination)),
        #[cfg(feature = "otlp-http")]
        Protocol::HttpProtobuf | Protocol::HttpJson => http::build(otlp, destination, failure),
        #[allow(unreachable_patterns, reason = "reached by none if all features are on")]
        _ => unreachable!("a destination's protocol has its feature"),
    }?;
    Ok(OnWorker::new(exporter, worker, failure.clone()))
}

impl From<Compression> for opentelemetry_otlp::Compression {
    fn from(compression: Compression) -> Self {
        match compression {
            Compression::Gzip => Self::Gzip,
            Compression::Zstd => Self::Zstd,
        }
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> InstallError {
    InstallError::Exporter(Box::new(error))
}

fn invalid_header(name: String) -> InstallError {
    InstallError::InvalidSetting {
        setting: "header".to_owned(),
        value: name,
        reason: "the name or the value of this header has characters that a header cannot have"
            .to_owned(),
    }
}

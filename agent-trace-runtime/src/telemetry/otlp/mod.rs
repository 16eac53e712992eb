//! Builds the OTLP exporters.

#[cfg(feature = "otlp-grpc")]
mod grpc;
#[cfg(feature = "otlp-http")]
mod http;
mod worker;

use opentelemetry_otlp::{LogExporter, MetricExporter, SpanExporter};

use super::builder::{Compression, Otlp, Protocol};
use super::destination::Destination;
use super::error::InstallError;
use super::failure::LastFailure;
pub(super) use worker::{OnWorker, Worker};

macro_rules! exporters {
    ($($(#[$attribute:meta])* $function:ident => $exporter:ident;)*) => {$(
        $(#[$attribute])*
        pub(super) fn $function(
            otlp: &Otlp,
            destination: &Destination,
            worker: &Worker,
            failure: &LastFailure,
        ) -> Result<OnWorker<$exporter>, InstallError> {
            let exporter = match destination.protocol {
                #[cfg(feature = "otlp-grpc")]
                Protocol::Grpc => worker.enter(|| {
                    let builder = $exporter::builder().with_tonic();
                    grpc::configure(builder, otlp, destination)?.build().map_err(failed)
                }),
                #[cfg(feature = "otlp-http")]
                Protocol::HttpProtobuf | Protocol::HttpJson => {
                    let builder = $exporter::builder().with_http();
                    http::configure(builder, otlp, destination, failure)?.build().map_err(failed)
                }
                #[allow(unreachable_patterns, reason = "reached by none if all features are on")]
                _ => unreachable!("a destination's protocol has its feature"),
            }?;
            Ok(OnWorker::new(exporter, worker, failure.clone()))
        }
    )*};
}

// Each exporter that `destination` asks for. It runs on `worker`, whatever thread calls it.
exporters! {
    /// The exporter of spans.
    spans => SpanExporter;
    /// The exporter of metrics.
    metrics => MetricExporter;
    /// The exporter of log events.
    events => LogExporter;
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

fn invalid_header(name: &str) -> InstallError {
    InstallError::InvalidSetting {
        setting: "header".to_owned(),
        value: name.to_owned(),
        reason: "the name or the value of this header has characters that a header cannot have"
            .to_owned(),
    }
}

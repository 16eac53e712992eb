//! Builds the OTLP exporters.

use std::collections::HashMap;
use std::time::Duration;

use opentelemetry_otlp::{SpanExporter, WithExportConfig};

use super::builder::{Compression, Otlp, Protocol};
use super::destination::Destination;
use super::environment;
use super::error::InstallError;
use super::failure::LastFailure;
#[cfg(feature = "otlp-http")]
use super::http_client::Client;
use super::worker::{OnWorker, Worker};

/// The specification's default for one export, retries included.
#[cfg(feature = "otlp-http")]
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// The exporter that `destination` asks for. It runs on `worker`, whatever thread calls it.
pub(super) fn build(
    otlp: Otlp,
    destination: &Destination,
    worker: &Worker,
    failure: &LastFailure,
) -> Result<OnWorker<SpanExporter>, InstallError> {
    let exporter = match destination.protocol {
        #[cfg(feature = "otlp-grpc")]
        Protocol::Grpc => worker.enter(|| grpc(otlp, destination)),
        #[cfg(feature = "otlp-http")]
        Protocol::HttpProtobuf | Protocol::HttpJson => http(otlp, destination, failure),
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

#[cfg(feature = "otlp-grpc")]
fn grpc(otlp: Otlp, destination: &Destination) -> Result<SpanExporter, InstallError> {
    use opentelemetry_otlp::WithTonicConfig;

    let mut builder = SpanExporter::builder()
        .with_tonic()
        .with_endpoint(destination.endpoint.as_str())
        .with_metadata(metadata(otlp.headers)?);
    if let Some(timeout) = otlp.timeout {
        builder = builder.with_timeout(timeout);
    }
    if let Some(compression) = destination.compression {
        builder = builder.with_compression(compression.into());
    }
    builder.build().map_err(failed)
}

#[cfg(feature = "otlp-grpc")]
fn metadata(headers: Vec<(String, String)>) -> Result<tonic::metadata::MetadataMap, InstallError> {
    use tonic::metadata::{AsciiMetadataKey, AsciiMetadataValue, MetadataMap};

    let mut metadata = MetadataMap::new();
    for (name, value) in headers {
        let key = name.to_ascii_lowercase().parse::<AsciiMetadataKey>();
        let value = value.parse::<AsciiMetadataValue>();
        let (Ok(key), Ok(value)) = (key, value) else { return Err(invalid_header(name)) };
        metadata.append(key, value);
    }
    Ok(metadata)
}

#[cfg(feature = "otlp-http")]
fn http(
    otlp: Otlp,
    destination: &Destination,
    failure: &LastFailure,
) -> Result<SpanExporter, InstallError> {
    use opentelemetry_otlp::WithHttpConfig;

    let timeout = match otlp.timeout {
        Some(timeout) => timeout,
        None => environment_timeout()?.unwrap_or(DEFAULT_TIMEOUT),
    };
    let client = Client::new(timeout, failure.clone()).map_err(failed)?;
    let protocol = match destination.protocol {
        Protocol::HttpJson => opentelemetry_otlp::Protocol::HttpJson,
        _ => opentelemetry_otlp::Protocol::HttpBinary,
    };
    let mut builder = SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_protocol(protocol)
        .with_endpoint(destination.endpoint.as_str())
        .with_timeout(timeout)
        .with_headers(header_map(otlp.headers)?);
    if let Some(compression) = destination.compression {
        builder = builder.with_compression(compression.into());
    }
    builder.build().map_err(failed)
}

#[cfg(feature = "otlp-http")]
fn header_map(headers: Vec<(String, String)>) -> Result<HashMap<String, String>, InstallError> {
    use reqwest::header::{HeaderName, HeaderValue};

    for (name, value) in &headers {
        let is_valid = name.parse::<HeaderName>().is_ok() && HeaderValue::from_str(value).is_ok();
        if !is_valid {
            return Err(invalid_header(name.clone()));
        }
    }
    Ok(headers.into_iter().collect())
}

fn invalid_header(name: String) -> InstallError {
    InstallError::InvalidSetting {
        setting: "header".to_owned(),
        value: name,
        reason: "the name or the value of this header has characters that a header cannot have"
            .to_owned(),
    }
}

#[cfg(feature = "otlp-http")]
fn environment_timeout() -> Result<Option<Duration>, InstallError> {
    let variable =
        environment::first(&["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"])?;
    let Some(variable) = variable else { return Ok(None) };
    match variable.value.parse() {
        Ok(milliseconds) => Ok(Some(Duration::from_millis(milliseconds))),
        Err(_) => Err(InstallError::InvalidSetting {
            setting: variable.name.to_owned(),
            value: variable.value,
            reason: "a timeout is a whole number of milliseconds".to_owned(),
        }),
    }
}

//! OTLP over gRPC.

use opentelemetry_otlp::{WithExportConfig, WithTonicConfig};
use tonic::metadata::{AsciiMetadataKey, AsciiMetadataValue, MetadataMap};

use super::super::destination::Destination;
use super::super::error::InstallError;
use super::super::settings::Otlp;
use super::invalid_header;

/// Must be called where tonic finds the runtime that will drive it.
pub(super) fn configure<B: WithExportConfig + WithTonicConfig>(
    builder: B,
    otlp: &Otlp,
    destination: &Destination,
) -> Result<B, InstallError> {
    let mut builder = builder
        .with_endpoint(destination.endpoint.as_str())
        .with_metadata(metadata(&otlp.headers)?);
    if let Some(timeout) = destination.timeout {
        builder = builder.with_timeout(timeout);
    }
    if let Some(compression) = destination.compression {
        builder = builder.with_compression(compression.into());
    }
    Ok(builder)
}

fn metadata(headers: &[(String, String)]) -> Result<MetadataMap, InstallError> {
    let mut metadata = MetadataMap::new();
    for (name, value) in headers {
        let key = name.to_ascii_lowercase().parse::<AsciiMetadataKey>();
        let value = value.parse::<AsciiMetadataValue>();
        let (Ok(key), Ok(value)) = (key, value) else { return Err(invalid_header(name)) };
        metadata.append(key, value);
    }
    Ok(metadata)
}

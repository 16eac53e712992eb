//! The variables of the OpenTelemetry specification that the runtime reads itself.
//!
//! The rest is read by the SDK and the exporters.

use std::env::VarError;
use std::time::Duration;

use super::builder::{Compression, Protocol};
use super::error::{InstallError, warn};

/// A variable that is set, with its value. Empty is unset, as the specification says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) name: &'static str,
    pub(super) value: String,
}

/// The first of `names` that is set.
pub(super) fn first(names: &[&'static str]) -> Result<Option<Variable>, InstallError> {
    for &name in names {
        match std::env::var(name) {
            Ok(value) if value.trim().is_empty() => {}
            Ok(value) => return Ok(Some(Variable { name, value: value.trim().to_owned() })),
            Err(VarError::NotPresent) => {}
            Err(VarError::NotUnicode(value)) => {
                return Err(InstallError::InvalidSetting {
                    setting: name.to_owned(),
                    value: value.to_string_lossy().into_owned(),
                    reason: "it is not valid Unicode".to_owned(),
                });
            }
        }
    }
    Ok(None)
}

pub(super) fn endpoint() -> Result<Option<Variable>, InstallError> {
    first(&["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"])
}

/// The protocol, where a variable names one. Another value than the specification's is said on
/// stderr, and counts as none.
pub(super) fn protocol() -> Result<Option<Protocol>, InstallError> {
    const NAMES: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];
    let Some(Variable { name, value }) = first(&NAMES)? else { return Ok(None) };
    Ok(match value.as_str() {
        "grpc" => Some(Protocol::Grpc),
        "http/protobuf" => Some(Protocol::HttpProtobuf),
        "http/json" => Some(Protocol::HttpJson),
        _ => {
            warn(&format_args!(
                "{name} is `{value}`, which is none of grpc, http/protobuf, http/json; it is ignored"
            ));
            None
        }
    })
}

/// The compression, where a variable names one.
pub(super) fn compression() -> Result<Option<Compression>, InstallError> {
    const NAMES: [&str; 2] =
        ["OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "OTEL_EXPORTER_OTLP_COMPRESSION"];
    let Some(Variable { name, value }) = first(&NAMES)? else { return Ok(None) };
    Ok(match value.to_ascii_lowercase().as_str() {
        "none" => None,
        "gzip" => Some(Compression::Gzip),
        "zstd" => Some(Compression::Zstd),
        _ => {
            warn(&format_args!(
                "{name} is `{value}`, which is none of none, gzip, zstd; it is ignored"
            ));
            None
        }
    })
}

/// How long one export may take, where a variable says it.
pub(super) fn timeout() -> Result<Option<Duration>, InstallError> {
    let variable = first(&["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"])?;
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

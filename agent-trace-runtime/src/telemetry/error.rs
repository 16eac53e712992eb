//! What can go wrong with telemetry, in words that say what to do.

use std::fmt::Display;
use std::io::Write;

use opentelemetry_sdk::error::OTelSdkError;

use super::arm::Kind;

/// Why telemetry could not be installed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstallError {
    /// Telemetry was installed before in this process, and has not ended.
    #[error(
        "telemetry is installed already; keep the first `Telemetry` and shut it down before installing another"
    )]
    AlreadyInstalled,

    /// Something was asked for that a feature of `agent-trace-runtime` provides, which is off.
    #[error("{asked} needs the feature `{feature}` of agent-trace-runtime, which is switched off")]
    #[non_exhaustive]
    FeatureDisabled {
        /// What was asked for, and by what.
        asked: String,
        /// The feature to switch on.
        feature: &'static str,
    },

    /// A setting has a value that cannot be used.
    #[error("{setting} is `{value}`: {reason}")]
    #[non_exhaustive]
    InvalidSetting {
        /// The variable or the method of the builder.
        setting: String,
        /// The value as it was given; left out where it may be a secret.
        value: String,
        /// What is wrong with it.
        reason: String,
    },

    /// The exporter could not be built.
    #[error("the exporter could not be built: {0}")]
    Exporter(#[source] Box<dyn std::error::Error + Send + Sync>),

    /// The thread that exports could not be started.
    #[error("the thread that exports could not be started: {0}")]
    Thread(#[from] std::io::Error),
}

/// Why finished spans, metrics or log events were not delivered.
#[derive(Debug, thiserror::Error)]
#[error("{kind} could not be delivered to {destination}: {reason}")]
pub struct FlushError {
    kind: Kind,
    destination: String,
    reason: String,
    source: OTelSdkError,
}

impl FlushError {
    /// `reason` is what the last export said, where it said anything.
    pub(super) fn new(
        kind: Kind,
        destination: String,
        reason: Option<String>,
        source: OTelSdkError,
    ) -> Self {
        let reason = reason.unwrap_or_else(|| match &source {
            OTelSdkError::Timeout(_) => "no answer in time".to_owned(),
            OTelSdkError::InternalFailure(text) if text.contains("Timeout") => {
                "no answer in time".to_owned()
            }
            other => other.to_string(),
        });
        let (destination, reason) =
            (without_credentials(&destination), without_credentials(&reason));
        Self { kind, destination, reason, source }
    }
}

/// A text in which addresses have lost the name and the password that may stand before their host.
pub(super) fn without_credentials(text: &str) -> String {
    let mut parts = text.split("://");
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| c == '/' || c.is_whitespace()).unwrap_or(part.len());
        let (authority, rest) = part.split_at(end);
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        clean.extend(["://", host, rest]);
    }
    clean
}

/// Says on stderr what could not be said to a caller; never fails.
pub(crate) fn warn(message: &dyn Display) {
    let _ = writeln!(std::io::stderr(), "agent-trace: {message}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_without_their_passwords() {
        let told =
            without_credentials("https://user:p@ss@host:4318/v1/traces: error for http://u:p@h.");
        assert_eq!(told, "https://host:4318/v1/traces: error for http://h.");
        assert_eq!(without_credentials("no address: a@b"), "no address: a@b");
    }
}

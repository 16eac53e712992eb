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

/// A text in which addresses have lost what may be secret: the name and the password before their host, and their query.
pub(super) fn without_credentials(text: &str) -> String {
    let mut parts = text.split("://");
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(part.len());
        let (address, rest) = part.split_at(end);
        clean.extend(["://", &bare(address), rest]);
    }
    clean
}

/// An address as it is told, with or without a scheme.
pub(super) fn shown(address: &str) -> String {
    if address.contains("://") { without_credentials(address) } else { bare(address) }
}

/// An address behind its scheme, without what may be secret.
fn bare(address: &str) -> String {
    // A password can have any character.
    let place = address.rsplit_once('@').map_or(address, |(_, place)| place);
    match place.split_once('?') {
        Some((place, _)) => format!("{place}?***"),
        None => place.to_owned(),
    }
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
        let told = without_credentials("for url (http://u:p/@h:1/v1?api_key=x): refused");
        assert_eq!(told, "for url (http://h:1/v1?***): refused");
        assert_eq!(shown("user:secret@host:4317"), "host:4317");
    }
}

//! Why the last export failed, kept for whoever asks.
//!
//! The SDK and the exporter tell a caller that there was an error, and little of which.

use std::sync::{Arc, Mutex, PoisonError};

/// The cause of the last failure, shared by the parts that an export passes through.
#[derive(Clone, Debug, Default)]
pub(super) struct LastFailure(Arc<Mutex<Option<String>>>);

impl LastFailure {
    #[cfg(feature = "__push")]
    pub(super) fn set(&self, cause: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(cause);
    }

    pub(super) fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// An error and its sources, without those that repeat the one before.
#[cfg(any(feature = "__http-client", feature = "otlp-grpc"))]
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let cause = source.to_string();
        if !text.ends_with(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
        next = source.source();
    }
    text
}

//! Says on stderr when an endpoint stops taking what it is sent, and when it takes it again.

use std::sync::atomic::{AtomicBool, Ordering};

use opentelemetry_sdk::error::OTelSdkResult;

use super::super::super::arm::Kind;
use super::super::super::error::warn;
use super::super::super::error::without_credentials;
use super::super::super::failure::LastFailure;
use super::Lost;

/// What is known of the exports of one arm.
#[derive(Debug)]
pub(crate) struct Report {
    arm: Kind,
    destination: String,
    failure: LastFailure,
    lost: Lost,
    is_failing: AtomicBool,
}

impl Report {
    pub(crate) fn new(arm: Kind, destination: &str, failure: LastFailure, lost: Lost) -> Self {
        let destination = without_credentials(destination);
        Self { arm, destination, failure, lost, is_failing: AtomicBool::new(false) }
    }

    /// Takes note of an export of so many items. Who has asked for it is told otherwise.
    pub(super) fn note(&self, sent: &OTelSdkResult, count: usize, is_asked: bool) {
        let Self { arm, destination, .. } = self;
        if sent.is_ok() {
            if self.is_failing.swap(false, Ordering::Relaxed) {
                warn(&format_args!("{arm} are delivered to {destination} again"));
            }
            return;
        }
        self.lost.add(count);
        if !is_asked && !self.is_failing.swap(true, Ordering::Relaxed) {
            let reason = self.failure.get().unwrap_or_else(|| "no reason was given".to_owned());
            let reason = without_credentials(&reason);
            warn(&format_args!(
                "{arm} could not be delivered to {destination}, and are lost: {reason}. This is said again \
                 when it has changed."
            ));
        }
    }
}

//! Whether a receiver's clock and that of this machine agree.

use std::time::{Duration, SystemTime};

use super::Finding;

/// More than a response and the whole seconds of its date explain.
const MOST: Duration = Duration::from_secs(5);

/// By how much two clocks differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Skew {
    by: Duration,
    is_ahead: bool,
}

impl Skew {
    /// What a server's time differs from that of this machine, now.
    pub(super) fn now(date: SystemTime) -> Self {
        let own = SystemTime::now();
        match date.duration_since(own) {
            Ok(by) => Self { by, is_ahead: true },
            Err(behind) => Self { by: behind.duration(), is_ahead: false },
        }
    }
}

/// One for each receiver.
pub(super) fn findings(skews: Vec<(String, Skew)>) -> Vec<Finding> {
    let mut told: Vec<String> = Vec::new();
    let mut findings = Vec::new();
    for (authority, Skew { by, is_ahead }) in skews {
        if told.contains(&authority) {
            continue;
        }
        let subject = format!("clock of {authority}");
        findings.push(if by <= MOST {
            Finding::ok(subject, "it agrees with that of this machine")
        } else {
            let side = if is_ahead { "ahead of" } else { "behind" };
            Finding::warning(
                subject,
                format!("it is {} seconds {side} that of this machine", by.as_secs()),
                "synchronize both clocks, by NTP: back ends sort telemetry by time, and drop what is too old or in the future",
            )
        });
        told.push(authority);
    }
    findings
}

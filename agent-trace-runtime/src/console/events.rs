//! Prints log events to stderr, a line each: evaluations, which are what a first look is for, or all.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

use opentelemetry::InstrumentationScope;
use opentelemetry::logs::AnyValue;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogProcessor, SdkLogRecord};

use crate::semconv;

/// Prints evaluations, and other records where all are asked for.
#[derive(Debug)]
pub(crate) struct EventPrinter {
    pub(crate) prints_all: bool,
}

impl LogProcessor for EventPrinter {
    fn emit(&self, record: &mut SdkLogRecord, _scope: &InstrumentationScope) {
        if record.event_name() == Some(semconv::EVALUATION_EVENT) {
            // A closed stderr is no reason to fail the call that was evaluated.
            let _ = anstream::stderr().lock().write_all(line(record).as_bytes());
        } else if self.prints_all {
            let _ = anstream::stderr().lock().write_all(plain_line(record).as_bytes());
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

fn line(record: &SdkLogRecord) -> String {
    let value = |key: &str| {
        let found = record.attributes_iter().find(|(known, _)| known.as_str() == key);
        found.map(|(_, value)| text(value))
    };
    let mut line = String::from("evaluation");
    for key in [
        semconv::EVALUATION_NAME,
        semconv::EVALUATION_SCORE_VALUE,
        semconv::EVALUATION_SCORE_LABEL,
        semconv::ERROR_TYPE,
    ] {
        if let Some(value) = value(key) {
            let _ = write!(line, " {value}");
        }
    }
    match (record.trace_context(), value(semconv::RESPONSE_ID)) {
        (Some(context), _) => {
            let _ = write!(line, " · span {} · trace {}", context.span_id, context.trace_id);
        }
        (None, Some(id)) => {
            let _ = write!(line, " · response {id}");
        }
        (None, None) => {}
    }
    line.push('\n');
    line
}

/// Any record: its name or severity, its body and attributes.
fn plain_line(record: &SdkLogRecord) -> String {
    let severity = record.severity_text().unwrap_or("event");
    let mut line = record.event_name().unwrap_or(severity).to_owned();
    if let Some(body) = record.body() {
        let _ = write!(line, " {}", text(body));
    }
    for (key, value) in record.attributes_iter() {
        let _ = write!(line, " {key}={}", text(value));
    }
    if let Some(context) = record.trace_context() {
        let _ = write!(line, " · span {} · trace {}", context.span_id, context.trace_id);
    }
    // A line stays a line.
    line.replace(['\n', '\r'], " ") + "\n"
}

fn text(value: &AnyValue) -> String {
    match value {
        AnyValue::String(text) => text.to_string(),
        AnyValue::Double(number) => number.to_string(),
        other => format!("{other:?}"),
    }
}

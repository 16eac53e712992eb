//! Prints evaluations to stderr, a line each: of log events, they are what a first look is for.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

use opentelemetry::InstrumentationScope;
use opentelemetry::logs::AnyValue;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogProcessor, SdkLogRecord};

use crate::semconv;

/// Prints evaluations, and no other record.
#[derive(Debug)]
pub(crate) struct EvaluationPrinter;

impl LogProcessor for EvaluationPrinter {
    fn emit(&self, record: &mut SdkLogRecord, _scope: &InstrumentationScope) {
        if record.event_name() == Some(semconv::EVALUATION_EVENT) {
            // A closed stderr is no reason to fail the call that was evaluated.
            let _ = anstream::stderr().lock().write_all(line(record).as_bytes());
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

fn text(value: &AnyValue) -> String {
    match value {
        AnyValue::String(text) => text.to_string(),
        AnyValue::Double(number) => number.to_string(),
        other => format!("{other:?}"),
    }
}

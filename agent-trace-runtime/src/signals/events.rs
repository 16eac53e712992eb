//! Log events of the conventions, each with the trace and span that it belongs to.

use std::time::SystemTime;

use opentelemetry::logs::{AnyValue, LogRecord, Logger, LoggerProvider, Severity};
use opentelemetry::trace::SpanContext;
use opentelemetry::{Array, InstrumentationScope, KeyValue, Value};
use opentelemetry_sdk::logs::{SdkLogger, SdkLoggerProvider};

use crate::semconv;

/// Where log events go.
#[derive(Debug)]
pub(crate) struct Events {
    provider: SdkLoggerProvider,
    logger: SdkLogger,
}

impl Events {
    pub(crate) fn new(provider: SdkLoggerProvider, scope: InstrumentationScope) -> Self {
        let logger = provider.logger_with_scope(scope);
        Self { provider, logger }
    }

    pub(crate) const fn provider(&self) -> &SdkLoggerProvider {
        &self.provider
    }

    /// An error that ended a call of a GenAI service.
    pub(crate) fn exception(&self, span: &SpanContext, exception_type: &str, message: &str) {
        let attributes =
            [(semconv::EXCEPTION_TYPE, exception_type), (semconv::EXCEPTION_MESSAGE, message)];
        let attributes = attributes.into_iter().filter(|(_, text)| !text.is_empty());
        let attributes = attributes.map(|(key, text)| KeyValue::new(key, text.to_owned()));
        self.emit(span, semconv::EXCEPTION_EVENT, Some(Severity::Warn), attributes, []);
    }

    /// All that an inference has told, with what was captured of its content.
    pub(crate) fn details(
        &self,
        span: &SpanContext,
        attributes: impl IntoIterator<Item = KeyValue>,
        content: impl IntoIterator<Item = (&'static str, AnyValue)>,
    ) {
        self.emit(span, semconv::DETAILS_EVENT, Some(Severity::Debug), attributes, content);
    }

    /// How good an output was found to be.
    pub(crate) fn evaluation(
        &self,
        span: &SpanContext,
        attributes: impl IntoIterator<Item = KeyValue>,
    ) {
        self.emit(span, semconv::EVALUATION_EVENT, None, attributes, []);
    }

    fn emit(
        &self,
        span: &SpanContext,
        name: &'static str,
        severity: Option<Severity>,
        attributes: impl IntoIterator<Item = KeyValue>,
        content: impl IntoIterator<Item = (&'static str, AnyValue)>,
    ) {
        let mut record = self.logger.create_log_record();
        record.set_event_name(name);
        record.set_timestamp(SystemTime::now());
        if let Some(severity) = severity {
            record.set_severity_number(severity);
            record.set_severity_text(severity.name());
        }
        if span.is_valid() {
            record.set_trace_context(span.trace_id(), span.span_id(), Some(span.trace_flags()));
        }
        for KeyValue { key, value, .. } in attributes {
            record.add_attribute(key, any(value));
        }
        for (key, value) in content {
            record.add_attribute(key, value);
        }
        self.logger.emit(record);
    }
}

fn any(value: Value) -> AnyValue {
    match value {
        Value::Bool(value) => value.into(),
        Value::I64(value) => value.into(),
        Value::F64(value) => value.into(),
        Value::String(value) => value.into(),
        Value::Array(Array::Bool(values)) => values.into_iter().collect(),
        Value::Array(Array::I64(values)) => values.into_iter().collect(),
        Value::Array(Array::F64(values)) => values.into_iter().collect(),
        Value::Array(Array::String(values)) => values.into_iter().collect(),
        other => other.as_str().into_owned().into(),
    }
}

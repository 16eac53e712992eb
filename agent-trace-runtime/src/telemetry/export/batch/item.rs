//! What is queued: how large it is, and what of it can be given up.

use opentelemetry::logs::AnyValue;
use opentelemetry::trace::Status;
use opentelemetry::{Array, InstrumentationScope, KeyValue, Value};
use opentelemetry_sdk::logs::SdkLogRecord;
use opentelemetry_sdk::trace::SpanData;

use crate::semconv;

/// An item of a queue.
pub(crate) trait Item: Send + 'static {
    /// How many bytes it takes, about.
    fn bytes(&self) -> usize;

    /// The same without what was captured of content, which is what makes an item large; the item as it was,
    /// where that cannot be taken out.
    fn lightened(self) -> Result<Self, Self>
    where
        Self: Sized;
}

/// What an item takes besides its texts.
const BASE: usize = 256;
const OF_ATTRIBUTE: usize = 24;

impl Item for SpanData {
    fn bytes(&self) -> usize {
        let status = match &self.status {
            Status::Error { description } => description.len(),
            _ => 0,
        };
        let events = self.events.iter().map(|event| event.name.len() + of_all(&event.attributes));
        BASE + self.name.len() + status + of_all(&self.attributes) + events.sum::<usize>()
    }

    fn lightened(mut self) -> Result<Self, Self> {
        self.attributes.retain(|known| !semconv::is_content(known.key.as_str()));
        Ok(self)
    }
}

fn of_all(attributes: &[KeyValue]) -> usize {
    attributes.iter().map(|known| known.key.as_str().len() + of(&known.value)).sum()
}

fn of(value: &Value) -> usize {
    OF_ATTRIBUTE
        + match value {
            Value::String(text) => text.as_str().len(),
            Value::Array(Array::String(texts)) => {
                texts.iter().map(|text| OF_ATTRIBUTE + text.as_str().len()).sum()
            }
            Value::Array(Array::I64(numbers)) => 8 * numbers.len(),
            Value::Array(Array::F64(numbers)) => 8 * numbers.len(),
            _ => 0,
        }
}

/// A log record, with who has made it.
#[derive(Debug)]
pub(crate) struct Event {
    pub(in super::super) record: SdkLogRecord,
    pub(in super::super) scope: InstrumentationScope,
}

impl Item for Event {
    fn bytes(&self) -> usize {
        let attributes = self.record.attributes_iter();
        let attributes: usize =
            attributes.map(|(key, value)| key.as_str().len() + of_any(value, 0)).sum();
        BASE + attributes + self.record.body().map_or(0, |body| of_any(body, 0))
    }

    fn lightened(self) -> Result<Self, Self> {
        Err(self)
    }
}

/// Values nest, but none deeper than content does.
const MAX_DEPTH: usize = 128;

fn of_any(value: &AnyValue, depth: usize) -> usize {
    if depth > MAX_DEPTH {
        return OF_ATTRIBUTE;
    }
    OF_ATTRIBUTE
        + match value {
            AnyValue::String(text) => text.as_str().len(),
            AnyValue::Bytes(bytes) => bytes.len(),
            AnyValue::ListAny(values) => values.iter().map(|value| of_any(value, depth + 1)).sum(),
            AnyValue::Map(fields) => fields
                .iter()
                .map(|(key, value)| key.as_str().len() + of_any(value, depth + 1))
                .sum(),
            _ => 0,
        }
}

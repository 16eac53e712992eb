//! The limits of log events. The SDK has none, and lets nobody change a record: so they are held in what is written.

use opentelemetry_http::Bytes;
use opentelemetry_otlp::LogExporter;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::AnyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_sdk::Resource;
use prost::Message;

use super::batch::{Event, cut};
use super::encoding::{Encode, Encoder, Format};

/// How much an event holds, where somebody says it.
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct EventLimits {
    /// The most attributes.
    pub(in super::super) attributes: Option<usize>,
    /// The most characters of a text in an attribute.
    pub(in super::super) characters: Option<usize>,
}

/// Writes log events within their limits.
#[derive(Debug)]
pub(super) struct LimitedEvents {
    pub(super) encoder: Encoder<LogExporter>,
    pub(super) limits: EventLimits,
}

impl Encode<Event> for LimitedEvents {
    fn encode(&self, batch: Vec<Event>) -> Result<Bytes, String> {
        let body = self.encoder.encode(batch)?;
        if let EventLimits { attributes: None, characters: None } = self.limits {
            return Ok(body);
        }
        self.limited(&body).ok_or_else(|| "the log events cannot be read again".to_owned())
    }

    fn format(&self) -> Format {
        self.encoder.format
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.encoder.set_resource(resource);
    }
}

impl LimitedEvents {
    fn limited(&self, body: &Bytes) -> Option<Bytes> {
        let is_protobuf = self.encoder.format == Format::Protobuf;
        let mut request: ExportLogsServiceRequest = if is_protobuf {
            Message::decode(&**body).ok()?
        } else {
            serde_json::from_slice(body).ok()?
        };
        let scopes = request.resource_logs.iter_mut().flat_map(|known| &mut known.scope_logs);
        for record in scopes.flat_map(|scope| &mut scope.log_records) {
            self.limits.hold(record);
        }
        Some(if is_protobuf {
            request.encode_to_vec().into()
        } else {
            serde_json::to_vec(&request).ok()?.into()
        })
    }
}

impl EventLimits {
    fn hold(self, record: &mut LogRecord) {
        if let Some(most) = self.attributes {
            let beyond = record.attributes.len().saturating_sub(most);
            record.attributes.truncate(most);
            record.dropped_attributes_count += u32::try_from(beyond).unwrap_or(u32::MAX);
        }
        if let Some(most) = self.characters {
            for value in record.attributes.iter_mut().filter_map(|known| known.value.as_mut()) {
                cut_texts(value, most);
            }
        }
    }
}

fn cut_texts(value: &mut AnyValue, most: usize) {
    match &mut value.value {
        Some(Value::StringValue(text)) => {
            if let Some(cut) = cut(text, most) {
                *text = cut;
            }
        }
        Some(Value::ArrayValue(list)) => {
            list.values.iter_mut().for_each(|value| cut_texts(value, most));
        }
        Some(Value::KvlistValue(map)) => {
            let values = map.values.iter_mut().filter_map(|known| known.value.as_mut());
            values.for_each(|value| cut_texts(value, most));
        }
        _ => {}
    }
}

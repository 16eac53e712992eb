//! Envelopes that leave the process: the context in headers beside the message.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use opentelemetry::trace::{SpanContext, TraceContextExt};
use serde_core::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_core::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::{Map, Value};

use super::{Carried, Envelope, present_context};
use crate::propagation::{extract_in, in_force, inject_context};

const NAME: &str = "Envelope";
const CONTEXT: &str = "context";
const MESSAGE: &str = "message";
const FIELDS: &[&str] = &[CONTEXT, MESSAGE];

impl<T: Serialize> Serialize for Envelope<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut headers = BTreeMap::new();
        let context = self.sender.context();
        in_force(context, |propagation| {
            inject_context(propagation, context, None, &mut headers);
        });
        let mut envelope = serializer.serialize_struct(NAME, FIELDS.len())?;
        envelope.serialize_field(CONTEXT, &headers)?;
        envelope.serialize_field(MESSAGE, &self.message)?;
        envelope.end()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Envelope<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct(NAME, FIELDS, EnvelopeVisitor(PhantomData))
    }
}

struct EnvelopeVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for EnvelopeVisitor<T> {
    type Value = Envelope<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a message with its context")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Envelope<T>, A::Error> {
        let (mut headers, mut message) = (Headers::default(), None);
        while let Some(name) = fields.next_key::<String>()? {
            match name.as_str() {
                CONTEXT => headers = fields.next_value()?,
                MESSAGE => message = Some(fields.next_value()?),
                _ => {
                    fields.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(received(message.ok_or_else(|| A::Error::missing_field(MESSAGE))?, &headers))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut fields: A) -> Result<Envelope<T>, A::Error> {
        let headers: Headers = fields.next_element()?.unwrap_or_default();
        let message = fields.next_element()?;
        Ok(received(message.ok_or_else(|| A::Error::missing_field(MESSAGE))?, &headers))
    }
}

/// Where no sender is known, what processes the message begins a trace, whatever is current where it was read.
fn received<T>(message: T, headers: &Headers) -> Envelope<T> {
    let context = present_context().with_remote_span_context(SpanContext::NONE);
    Envelope { message, sender: Carried::from(extract_in(&context, &headers.0)) }
}

/// The headers, as far as they are texts: whatever else stands there fails no message.
#[derive(Default)]
struct Headers(BTreeMap<String, String>);

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Formats that do not describe themselves have written a map, and cannot have anything else.
        if !deserializer.is_human_readable() {
            return Deserialize::deserialize(deserializer).map(Self);
        }
        let headers = match Value::deserialize(deserializer)? {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        let texts = headers.into_iter().filter_map(|(name, value)| match value {
            Value::String(text) => Some((name, text)),
            _ => None,
        });
        Ok(Self(texts.collect()))
    }
}

//! Responses as the provider sent them: bytes, or JSON that was parsed.
//!
//! The format is recognised by its shape. Only counts and short names are read; content is skipped,
//! and what is not as expected tells nothing.

mod account;
mod anthropic;
mod bedrock;
mod body;
mod cohere;
mod gemini;
mod lenient;
mod ollama;
mod openai;
mod output;
mod stated_error;

use std::borrow::Cow;
use std::fmt;

use serde_core::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use self::account::{Account, borrowed};
use self::body::Body;
use self::lenient::{Object, nothing};
use self::stated_error::take_error;
use super::events::{EventReader, data_of_line, lines, without_mark};
use super::{FinishReason, InferenceResponse, Response, Usage};
use crate::content::OutputMessage;

/// What a body tells, if it has one of the formats.
fn account<'a>(mut body: Body<'a>) -> Option<Account<'a>> {
    let metrics = body.invocation_metrics.take();
    let metered = metrics.and_then(|metrics| bedrock::metered(&metrics));
    let error_type = take_error(&mut body);
    let is_other = metered.is_none() && error_type.is_none();
    let account = account_of_format(body);
    if is_other {
        return account;
    }
    let account = account.unwrap_or_default();
    Some(Account { usage: account.usage.or(metered), error_type, ..account })
}

fn account_of_format<'a>(body: Body<'a>) -> Option<Account<'a>> {
    Some(if gemini::is_content(&body) {
        gemini::content(body)
    } else if anthropic::is_message(&body) {
        anthropic::message(body)
    } else if openai::is_response(&body) {
        openai::response(body)
    } else if cohere::is_chat(&body) {
        cohere::chat(body)
    } else if bedrock::is_conversation(&body) {
        bedrock::conversation(body)
    } else if ollama::is_generation(&body) {
        ollama::generation(body)
    } else if openai::is_completion(&body) {
        openai::completion(body)
    } else {
        return None;
    })
}

/// A JSON document: a body or an event, or a list of them, as Gemini streams without SSE.
#[derive(Default)]
#[expect(clippy::large_enum_variant, reason = "one is the rule, and is to cost no allocation")]
enum Document<'a> {
    #[default]
    Unknown,
    One(Account<'a>),
    Several(Vec<Account<'a>>),
}

impl<'de> Deserialize<'de> for Document<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DocumentVisitor;

        impl<'de> Visitor<'de> for DocumentVisitor {
            type Value = Document<'de>;

            nothing!(bool u64 i64 f64 str unit);

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("anything")
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Document<'de>, A::Error> {
                Ok(account(Body::read_all(entries)?).map_or(Document::Unknown, Document::One))
            }

            fn visit_seq<A: SeqAccess<'de>>(
                self,
                mut elements: A,
            ) -> Result<Document<'de>, A::Error> {
                let mut accounts = Vec::new();
                while let Some(body) = elements.next_element()? {
                    accounts.extend(account(body));
                }
                Ok(Document::Several(accounts))
            }
        }

        deserializer.deserialize_any(DocumentVisitor)
    }
}

impl<'a> Document<'a> {
    fn for_each(self, each: &mut impl FnMut(Account<'a>)) {
        match self {
            Self::Unknown => {}
            Self::One(account) => each(account),
            Self::Several(accounts) => accounts.into_iter().for_each(each),
        }
    }
}

/// Adds what a text tells that should be one document.
pub(super) fn observe(text: &[u8], response: &mut Response) {
    let document = serde_json::from_slice::<Document<'_>>(text);
    document.unwrap_or_default().for_each(&mut |account| response.observe(&account));
    response.gather(|| output::in_text(text));
}

fn in_value<'a>(value: &'a Value, each: &mut impl FnMut(Account<'a>)) {
    Document::deserialize(value).unwrap_or_default().for_each(each);
}

/// The accounts in a body, in lines of JSON, or in events with one line of data.
fn in_bytes<'a>(bytes: &'a [u8], each: &mut impl FnMut(Account<'a>)) {
    if is_json(bytes) {
        let bytes = without_mark(bytes);
        let documents = serde_json::Deserializer::from_slice(bytes).into_iter::<Document<'a>>();
        documents.map_while(Result::ok).for_each(|document| document.for_each(each));
        return;
    }
    for data in lines(bytes).filter_map(data_of_line) {
        serde_json::from_slice::<Document<'a>>(data).unwrap_or_default().for_each(each);
    }
}

/// Whether this looks like a document; `[DONE]` ends OpenAI's streams.
fn is_json(bytes: &[u8]) -> bool {
    let text = without_mark(bytes).trim_ascii();
    matches!(text.first(), Some(b'{' | b'[')) && text != b"[DONE]"
}

macro_rules! getters {
    ($accounts:ident) => {
        fn usage(&self) -> Option<Usage> {
            Response::of(self).usage
        }

        fn response_model(&self) -> Option<&str> {
            let mut model = None;
            $accounts(self, &mut |account| model = borrowed(account.model).or(model));
            model
        }

        fn response_id(&self) -> Option<&str> {
            let mut id = None;
            $accounts(self, &mut |account| id = borrowed(account.id).or(id));
            id
        }

        fn finish_reasons(&self) -> Vec<Cow<'_, str>> {
            let response = Response::of(self);
            let reasons = response.finish_reasons().into_iter();
            reasons.map(|reason| Cow::Owned(reason.into_owned())).collect()
        }

        fn finished_choices(&self) -> Vec<FinishReason<'_>> {
            let mut finished = Vec::new();
            $accounts(self, &mut |account| finished.extend(account.finished));
            finished
        }

        fn choice_count(&self) -> usize {
            Response::of(self).choice_count()
        }

        fn error_type(&self) -> Option<Cow<'_, str>> {
            let mut error = None;
            $accounts(self, &mut |account| error = account.error_type.or(error.take()));
            error
        }

        fn service_tier(&self) -> Option<&str> {
            let mut tier = None;
            $accounts(self, &mut |account| tier = borrowed(account.service_tier).or(tier));
            tier
        }

        fn system_fingerprint(&self) -> Option<&str> {
            let mut fingerprint = None;
            $accounts(self, &mut |account| {
                fingerprint = borrowed(account.system_fingerprint).or(fingerprint);
            });
            fingerprint
        }

        fn output_messages(&self) -> Vec<OutputMessage> {
            output::$accounts(self)
        }
    };
}

/// A provider's body, or an event of its stream.
///
/// ```
/// use agent_trace_runtime::{InferenceResponse, Usage};
///
/// let body = serde_json::json!({
///     "object": "chat.completion",
///     "model": "gpt-4o-2024-08-06",
///     "choices": [{"index": 0, "finish_reason": "stop", "message": {"content": "Shipped."}}],
///     "usage": {"prompt_tokens": 412, "completion_tokens": 38},
/// });
/// assert_eq!(body.usage(), Some(Usage::new(412, 38)));
/// assert_eq!(body.finish_reasons(), ["stop"]);
/// ```
impl InferenceResponse for Value {
    getters!(in_value);

    fn tell(&self, response: &mut Response) {
        in_value(self, &mut |account| response.observe(&account));
        response.gather(|| output::in_value(self));
    }
}

/// A provider's body, lines of JSON, or whole events of a stream (`data: …`).
///
/// What is cut off tells nothing: [`EventReader`] reads a stream in pieces. The getters give texts
/// that stand in the body without escapes; [`Response::of`] knows the others too.
///
/// ```
/// use agent_trace_runtime::{InferenceResponse, Usage};
///
/// let event = br#"data: {"type": "message_delta", "usage": {"output_tokens": 38}}"#;
/// assert_eq!(event.as_slice().usage(), Some(Usage::default().with_output(38)));
/// ```
impl InferenceResponse for [u8] {
    getters!(in_bytes);

    fn body_piece(&self) -> Option<&[u8]> {
        Some(self)
    }

    fn tell(&self, response: &mut Response) {
        if is_json(self) {
            in_bytes(self, &mut |account| response.observe(&account));
            response.gather(|| output::in_bytes(self));
        } else {
            EventReader::default().read(self, response);
        }
    }
}

#[cfg(test)]
mod tests;

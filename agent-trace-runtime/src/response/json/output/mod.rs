//! What bodies and events say: the messages in them. Asked only while content is captured.

mod anthropic;
mod bedrock;
mod cohere;
mod gemini;
mod openai;

use serde_json::{Map, Value};

use super::{data_of_line, is_json};
use crate::content::formats::{first_text, message_parts, object, text};
use crate::content::{Collected, OutputMessage, Part, Role};

/// The most choices that are told apart.
const MAX_CHOICES: usize = 128;

/// What a document says, or a list of them.
pub(super) fn in_value(value: &Value) -> Vec<OutputMessage> {
    match value {
        Value::Object(body) => in_body(body),
        Value::Array(bodies) => {
            let mut collected = Collected::default();
            let bodies = bodies.iter().filter_map(Value::as_object);
            bodies.for_each(|body| collected.observe(in_body(body)));
            collected.into_messages()
        }
        _ => Vec::new(),
    }
}

/// What a text says that should be one document.
pub(in crate::response) fn in_text(text: &[u8]) -> Vec<OutputMessage> {
    serde_json::from_slice(text).map(|value: Value| in_value(&value)).unwrap_or_default()
}

/// What a body says, or lines of JSON, or events with one line of data.
pub(super) fn in_bytes(bytes: &[u8]) -> Vec<OutputMessage> {
    let mut collected = Collected::default();
    if is_json(bytes) {
        let documents = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>();
        documents.map_while(Result::ok).for_each(|value| collected.observe(in_value(&value)));
    } else {
        let lines = bytes.split(|&byte| byte == b'\n').filter_map(data_of_line);
        lines.for_each(|data| collected.observe(in_text(data)));
    }
    collected.into_messages()
}

fn in_body(body: &Map<String, Value>) -> Vec<OutputMessage> {
    let has = |key: &str| body.contains_key(key);
    let kind = text(body, "type").unwrap_or_default();
    if has("choices") {
        openai::completion(body)
    } else if has("candidates") {
        gemini::content(body)
    } else if kind.starts_with("response.") {
        openai::event(kind, body)
    } else if kind == "message" || kind.contains("content_block") || kind.starts_with("message_") {
        anthropic::message(kind, body)
    } else if has("event_type") || has("generation_id") {
        cohere::chat_v1(body)
    } else if kind.contains('-') {
        cohere::event(kind, body)
    } else if body.get("output").is_some_and(Value::is_array) {
        openai::response(body)
    } else if bedrock::is_conversation(body) {
        bedrock::conversation(body)
    } else if let Some(message) = object(body, "message") {
        // Ollama's chat and Cohere's.
        only(message_of(message, finish_reason(body)))
    } else if text(body, "response").is_some() || has("done_reason") {
        generation(body)
    } else {
        Vec::new()
    }
}

/// Ollama's generation.
fn generation(body: &Map<String, Value>) -> Vec<OutputMessage> {
    let thought = text(body, "thinking").map(Part::reasoning);
    let said = text(body, "response").map(Part::text);
    let message = OutputMessage::new(thought.into_iter().chain(said));
    only(OutputMessage { finish_reason: finish_reason(body), ..message })
}

fn finish_reason(body: &Map<String, Value>) -> Option<String> {
    let keys = ["finish_reason", "stop_reason", "stopReason", "finishReason", "done_reason"];
    first_text(body, &keys).map(str::to_owned)
}

/// A message as it stands in a body.
fn message_of(message: &Map<String, Value>, finish_reason: Option<String>) -> OutputMessage {
    OutputMessage {
        role: text(message, "role").map(Role::from).unwrap_or_default(),
        finish_reason,
        ..OutputMessage::new(message_parts(message))
    }
}

/// What the only choice says.
fn only(message: OutputMessage) -> Vec<OutputMessage> {
    vec![message]
}

/// A piece of what the only choice says.
fn piece(part: impl Into<Part>) -> Vec<OutputMessage> {
    only(OutputMessage::new([part.into()]))
}

/// Why the only choice ended.
fn finished(reason: Option<&str>) -> Vec<OutputMessage> {
    reason.map(|reason| OutputMessage::default().finished(reason)).into_iter().collect()
}

/// The messages of choices, each at its position.
fn by_choice(choices: impl Iterator<Item = (usize, OutputMessage)>) -> Vec<OutputMessage> {
    let mut messages = Vec::new();
    for (choice, message) in choices {
        if choice < MAX_CHOICES {
            if messages.len() <= choice {
                messages.resize_with(choice + 1, OutputMessage::default);
            }
            messages[choice] = message;
        }
    }
    messages
}

/// A position, of a choice or of a block in a message.
fn position(object: &Map<String, Value>, key: &str) -> Option<usize> {
    usize::try_from(object.get(key)?.as_u64()?).ok()
}

#[cfg(test)]
mod tests;

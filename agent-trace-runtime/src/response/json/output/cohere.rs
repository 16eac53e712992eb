//! Cohere's chat: the first version, and the events of the second, which is whole like any other.

use serde_json::{Map, Value};

use super::{finish_reason, finished, message_of, only, piece, position};
use crate::content::formats::{list, object, text};
use crate::content::{OutputMessage, Part, ToolCall};

pub(super) fn chat_v1(body: &Map<String, Value>) -> Vec<OutputMessage> {
    match text(body, "event_type") {
        None => {
            let message = message_of(body, finish_reason(body));
            let said = text(body, "text").map(Part::text).into_iter();
            only(OutputMessage { parts: said.chain(message.parts).collect(), ..message })
        }
        Some("text-generation") => {
            text(body, "text").map(|it| piece(Part::text(it))).unwrap_or_default()
        }
        Some("tool-calls-generation") => only(message_of(body, None)),
        // The last event repeats what was said.
        Some("stream-end") => finished(text(body, "finish_reason")),
        Some(_) => Vec::new(),
    }
}

pub(super) fn event(kind: &str, body: &Map<String, Value>) -> Vec<OutputMessage> {
    let Some(delta) = object(body, "delta") else { return Vec::new() };
    if kind == "message-end" {
        return finished(text(delta, "finish_reason"));
    }
    let Some(message) = object(delta, "message") else { return Vec::new() };
    if let Some(content) = object(message, "content") {
        let said = text(content, "text").map(Part::text);
        let thought = text(content, "thinking").map(Part::reasoning);
        return said.or(thought).map(piece).unwrap_or_default();
    }
    if let Some(plan) = text(message, "tool_plan") {
        return piece(Part::reasoning(plan));
    }
    // One call, or a list of one.
    let call = object(message, "tool_calls");
    let call = call.or_else(|| list(message, "tool_calls").first()?.as_object());
    let Some(call) = call else { return Vec::new() };
    let nothing = Map::new();
    let function = object(call, "function").unwrap_or(&nothing);
    let position = position(body, "index").unwrap_or_default();
    let delta = ToolCall::delta(position, text(function, "arguments").unwrap_or_default());
    let delta = delta.with_name(text(function, "name").unwrap_or_default());
    piece(ToolCall { id: text(call, "id").map(str::to_owned), ..delta })
}

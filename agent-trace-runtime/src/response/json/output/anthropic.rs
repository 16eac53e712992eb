//! Anthropic's messages, and the events of their streams.

use serde_json::{Map, Value};

use super::{finish_reason, finished, message_of, only, piece, position};
use crate::content::formats::{object, part, text};
use crate::content::{OutputMessage, Part, ToolCall};

pub(super) fn message(kind: &str, body: &Map<String, Value>) -> Vec<OutputMessage> {
    let block = match kind {
        "message" => return only(message_of(body, finish_reason(body))),
        "message_delta" => {
            let delta = object(body, "delta");
            return finished(delta.and_then(|delta| text(delta, "stop_reason")));
        }
        "content_block_start" => object(body, "content_block"),
        "content_block_delta" => object(body, "delta"),
        _ => None,
    };
    let Some(block) = block else { return Vec::new() };
    let said = match text(block, "type") {
        Some("tool_use") => {
            // Its input is empty here, and comes as text.
            let call = ToolCall::delta(position(body, "index").unwrap_or_default(), "");
            let call = call.with_name(text(block, "name").unwrap_or_default());
            Some(ToolCall { id: text(block, "id").map(str::to_owned), ..call }.into())
        }
        Some("input_json_delta") => {
            let position = position(body, "index").unwrap_or_default();
            text(block, "partial_json").map(|json| ToolCall::delta(position, json).into())
        }
        Some("text_delta") => text(block, "text").map(Part::text),
        Some("thinking_delta") => text(block, "thinking").map(Part::reasoning),
        Some("signature_delta" | "citations_delta") => None,
        _ => part(&Value::Object(block.clone())),
    };
    said.map(piece).unwrap_or_default()
}

//! Bedrock's Converse, and the events of its streams.

use serde_json::{Map, Value};

use super::{finish_reason, finished, message_of, only, piece, position};
use crate::content::formats::{object, text};
use crate::content::{OutputMessage, Part, ToolCall};

const EVENTS: [&str; 3] = ["contentBlockStart", "contentBlockDelta", "messageStop"];

pub(super) fn is_conversation(body: &Map<String, Value>) -> bool {
    ["output", "stopReason", "contentBlockIndex"].iter().any(|key| body.contains_key(*key))
        || EVENTS.iter().any(|key| body.contains_key(*key))
}

/// Events stand under their name, or are what stands there.
pub(super) fn conversation(body: &Map<String, Value>) -> Vec<OutputMessage> {
    if let Some(message) = object(body, "output").and_then(|output| object(output, "message")) {
        return only(message_of(message, finish_reason(body)));
    }
    let event = EVENTS.iter().find_map(|key| object(body, key)).unwrap_or(body);
    let position = position(event, "contentBlockIndex").unwrap_or_default();
    if let Some(call) = object(event, "start").and_then(|start| object(start, "toolUse")) {
        let delta = ToolCall::delta(position, "").with_name(text(call, "name").unwrap_or_default());
        return piece(ToolCall { id: text(call, "toolUseId").map(str::to_owned), ..delta });
    }
    let Some(delta) = object(event, "delta") else {
        return finished(text(event, "stopReason"));
    };
    if let Some(said) = text(delta, "text") {
        piece(Part::text(said))
    } else if let Some(call) = object(delta, "toolUse") {
        piece(ToolCall::delta(position, text(call, "input").unwrap_or_default()))
    } else {
        let thought = object(delta, "reasoningContent").and_then(|thought| text(thought, "text"));
        thought.map(|thought| piece(Part::reasoning(thought))).unwrap_or_default()
    }
}

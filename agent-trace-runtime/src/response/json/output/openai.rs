//! OpenAI's chat completions and what is compatible with them, and its responses.

use serde_json::{Map, Value};

use super::{by_choice, finish_reason, finished, message_of, only, piece, position};
use crate::content::formats::{list, object, part, refusal, said, text};
use crate::content::{OutputMessage, Part, Role, ToolCall};

pub(super) fn completion(body: &Map<String, Value>) -> Vec<OutputMessage> {
    let choices = list(body, "choices").iter().enumerate();
    by_choice(choices.filter_map(|(number, choice)| {
        let choice = choice.as_object()?;
        let reason = finish_reason(choice);
        let message = if let Some(message) = object(choice, "message") {
            message_of(message, reason)
        } else if let Some(delta) = object(choice, "delta") {
            OutputMessage { finish_reason: reason, ..delta_of(delta) }
        } else {
            let said = text(choice, "text").map(Part::text);
            OutputMessage { finish_reason: reason, ..OutputMessage::new(said) }
        };
        Some((position(choice, "index").unwrap_or(number), message))
    }))
}

/// What an item of a stream adds to a message.
fn delta_of(delta: &Map<String, Value>) -> OutputMessage {
    let mut parts = said(delta);
    let calls = list(delta, "tool_calls").iter().filter_map(Value::as_object);
    parts.extend(calls.map(|call| {
        let function = object(call, "function").unwrap_or(call);
        Part::ToolCall(ToolCall {
            id: text(call, "id").map(str::to_owned),
            position: position(call, "index"),
            ..called(function)
        })
    }));
    let call = object(delta, "function_call");
    parts.extend(call.map(|call| ToolCall { position: Some(0), ..called(call) }.into()));
    OutputMessage {
        role: text(delta, "role").map(Role::from).unwrap_or_default(),
        ..OutputMessage::new(parts)
    }
}

fn called(function: &Map<String, Value>) -> ToolCall {
    let arguments = text(function, "arguments").unwrap_or_default();
    ToolCall { position: None, ..ToolCall::delta(0, arguments) }
        .with_name(text(function, "name").unwrap_or_default())
}

/// A response: one message of all that it gives.
pub(super) fn response(body: &Map<String, Value>) -> Vec<OutputMessage> {
    let items = list(body, "output").iter().filter_map(Value::as_object);
    let parts = items.flat_map(|item| match text(item, "type") {
        Some("message") => said(item),
        _ => part(&Value::Object(item.clone())).into_iter().collect(),
    });
    let message = OutputMessage::new(parts);
    only(OutputMessage { finish_reason: status(body).map(str::to_owned), ..message })
}

/// Why a response ended: its status, unless that is only the consequence.
fn status(body: &Map<String, Value>) -> Option<&str> {
    match text(body, "status")? {
        "in_progress" | "queued" => None,
        status @ "incomplete" => Some(
            object(body, "incomplete_details").and_then(|it| text(it, "reason")).unwrap_or(status),
        ),
        status => Some(status),
    }
}

/// An event of a response. The last one repeats all that was said before, of which only the status is
/// news.
pub(super) fn event(kind: &str, body: &Map<String, Value>) -> Vec<OutputMessage> {
    let delta = || text(body, "delta");
    match kind {
        "response.output_text.delta" => delta().map(|delta| piece(Part::text(delta))),
        "response.reasoning_text.delta" | "response.reasoning_summary_text.delta" => {
            delta().map(|delta| piece(Part::reasoning(delta)))
        }
        "response.refusal.delta" => {
            let fields = Map::from_iter([("refusal".to_owned(), delta().into())]);
            refusal(&fields).map(piece)
        }
        "response.function_call_arguments.delta" | "response.custom_tool_call_input.delta" => {
            delta()
                .zip(position(body, "output_index"))
                .map(|(delta, position)| piece(ToolCall::delta(position, delta)))
        }
        "response.output_item.added" => object(body, "item").and_then(|item| {
            matches!(text(item, "type"), Some("function_call" | "custom_tool_call")).then(|| {
                let call = ToolCall { position: position(body, "output_index"), ..called(item) };
                let id = text(item, "call_id").map(str::to_owned);
                piece(ToolCall { id, ..call })
            })
        }),
        "response.output_item.done" => object(body, "item").and_then(|item| {
            // What has no deltas comes whole.
            let has_deltas = ["message", "reasoning", "function_call", "custom_tool_call"];
            let is_news = text(item, "type").is_some_and(|kind| !has_deltas.contains(&kind));
            is_news.then(|| part(&Value::Object(item.clone()))).flatten().map(piece)
        }),
        _ => object(body, "response").and_then(status).map(|status| finished(Some(status))),
    }
    .unwrap_or_default()
}

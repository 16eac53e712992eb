//! A message of a conversation, as the requests and responses of providers write it.

use serde_json::{Map, Value};

use super::{call_of_openai, first_text, list, object, part, parts, refusal, text};
use crate::content::json::bounded_copy;
use crate::content::{Blob, Message, Modality, Part, Role, json};

/// The messages in a request, a list of messages, or a message.
pub(crate) fn messages(value: &Value) -> Vec<Message> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![Message::user(text.as_str())],
        Value::Array(elements) => elements.iter().filter_map(message).collect(),
        Value::Object(request) => {
            let list = ["messages", "input", "contents", "prompt"];
            match list.iter().find_map(|key| request.get(*key)) {
                Some(Value::String(text)) => vec![Message::user(text.as_str())],
                Some(Value::Array(elements)) => elements.iter().filter_map(message).collect(),
                Some(Value::Object(only)) => message_of(only).into_iter().collect(),
                _ => message(value).into_iter().collect(),
            }
        }
        other => vec![Message::user(Part::other("value", bounded_copy(other)))],
    }
}

/// One message; `None` where it says nothing.
pub(crate) fn message(value: &Value) -> Option<Message> {
    match value {
        Value::String(text) => Some(Message::user(text.as_str())),
        Value::Object(message) => message_of(message),
        _ => None,
    }
}

fn message_of(message: &Map<String, Value>) -> Option<Message> {
    let name = text(message, "name").map(str::to_owned);
    let Some(role) = text(message, "role") else {
        // An item of OpenAI's responses, or a content of Gemini.
        let value = Value::Object(json::copied_fields(message, &[]));
        let role = match text(message, "type") {
            Some(kind) if kind.ends_with("_output") => Role::Tool,
            Some(_) => Role::Assistant,
            None => Role::User,
        };
        let is_list = message.contains_key("parts") || message.contains_key("content");
        let parts = if is_list && !message.contains_key("type") {
            message_parts(message)
        } else {
            part(&value).into_iter().collect()
        };
        return Some(Message::new(role, parts));
    };
    let role = Role::from(role.to_ascii_lowercase().as_str());
    let is_answer = role == Role::Tool || role.as_str() == "function";
    if is_answer
        && !list(message, "content")
            .iter()
            .any(|block| block.get("type").is_some_and(|kind| kind == "tool_result"))
    {
        let id = first_text(message, &["tool_call_id", "tool_name", "name"]).map(str::to_owned);
        let response = message.get("content").map_or(Value::Null, bounded_copy);
        return Some(Message::new(Role::Tool, [Part::ToolResponse { id, response }]));
    }
    let message = Message { name, ..Message::new(role, message_parts(message)) };
    Some(message)
}

/// The parts of a message, thoughts first and calls of tools last.
pub(crate) fn message_parts(message: &Map<String, Value>) -> Vec<Part> {
    let mut all = said(message);
    if let Some(data) = object(message, "audio").and_then(|audio| text(audio, "data")) {
        all.extend(untyped_blob(Modality::Audio, data));
    }
    for image in list(message, "images").iter().filter_map(Value::as_str) {
        all.extend(untyped_blob(Modality::Image, image));
    }
    all.extend(list(message, "tool_calls").iter().filter_map(call_of_openai));
    all.extend(message.get("function_call").and_then(call_of_openai));
    all
}

/// What a message, or a piece of one in a stream, says in words.
pub(crate) fn said(message: &Map<String, Value>) -> Vec<Part> {
    let thought = first_text(message, &["reasoning_content", "reasoning", "thinking", "tool_plan"]);
    let mut all: Vec<Part> = thought.map(Part::reasoning).into_iter().collect();
    for key in ["content", "parts"] {
        all.extend(message.get(key).map(parts).unwrap_or_default());
    }
    all.extend(refusal(message));
    all.extend(
        object(message, "audio").and_then(|audio| text(audio, "transcript")).map(Part::text),
    );
    all
}

fn untyped_blob(modality: Modality, data: &str) -> Option<Part> {
    let bytes = Blob::of_base64("", data)?.bytes;
    Some(Part::Blob(Blob::untyped(modality, bytes)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn openai_messages_are_read() {
        let request = json!({"messages": [
            {"role": "developer", "content": "Be brief.", "name": "ops"},
            {"role": "user", "content": [
                {"type": "text", "text": "What is this?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,Zm9v"}},
                {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
                {"type": "input_audio", "input_audio": {"data": "Zm9v", "format": "wav"}},
                {"type": "file", "file": {"file_id": "file-1"}},
            ]},
            {"role": "assistant", "content": null, "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\"a\": 1}"}},
            ]},
            {"role": "tool", "tool_call_id": "c1", "content": "shipped"},
        ]});
        assert_eq!(
            messages(&request),
            [
                Message::new(Role::Other("developer".into()), [Part::text("Be brief.")])
                    .named("ops"),
                Message::user("What is this?")
                    .with(Part::blob("image/png", *b"foo"))
                    .with(Part::uri(Modality::Image, "https://example.com/a.png"))
                    .with(Part::blob("audio/wav", *b"foo"))
                    .with(Part::file(Modality::Document, "file-1")),
                Message::assistant(Part::tool_call("c1", "f", json!({"a": 1}))),
                Message::tool("c1", "shipped"),
            ]
        );
    }

    #[test]
    fn openai_response_items_are_read() {
        let request = json!({"input": [
            {"role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]},
            {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c1", "output": "ok"},
        ]});
        assert_eq!(
            messages(&request),
            [
                Message::user("Hi"),
                Message::assistant(Part::reasoning("hm")),
                Message::assistant(Part::tool_call("c1", "f", json!({}))),
                Message::tool("c1", "ok"),
            ]
        );
        assert_eq!(messages(&json!({"input": "Hi"})), [Message::user("Hi")]);
    }

    #[test]
    fn anthropic_messages_are_read() {
        let request = json!({"messages": [
            {"role": "user", "content": [
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "Zm9v"}},
                {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "ok"}]},
            ]},
            {"role": "assistant", "content": [
                {"type": "thinking", "thinking": "hm", "signature": "s"},
                {"type": "tool_use", "id": "t1", "name": "f", "input": {"a": 1}},
                {"type": "citation", "of": 2},
            ]},
        ]});
        assert_eq!(
            messages(&request),
            [
                Message::user(Part::blob("image/png", *b"foo"))
                    .with(Part::tool_response("t1", "ok")),
                Message::assistant(Part::reasoning("hm"))
                    .with(Part::tool_call("t1", "f", json!({"a": 1})))
                    .with(Part::other("citation", json!({"of": 2}))),
            ]
        );
    }

    #[test]
    fn gemini_and_bedrock_messages_are_read() {
        let contents = json!({"contents": [
            {"role": "user", "parts": [{"text": "Hi"}, {"inlineData": {"mimeType": "image/png", "data": "Zm9v"}}]},
            {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {"a": 1}}}]},
        ]});
        let call = Part::from(crate::content::ToolCall::new("f", json!({"a": 1})));
        assert_eq!(
            messages(&contents),
            [Message::user("Hi").with(Part::blob("image/png", *b"foo")), Message::assistant(call),]
        );
        let converse = json!({"messages": [{"role": "user", "content": [
            {"text": "Hi"}, {"toolResult": {"toolUseId": "t1", "content": [{"json": {"a": 1}}]}},
            {"image": {"format": "png", "source": {"bytes": "Zm9v"}}},
        ]}]});
        assert_eq!(
            messages(&converse),
            [Message::user("Hi")
                .with(Part::tool_response("t1", json!([{"json": {"a": 1}}])))
                .with(Part::blob("image/png", *b"foo"))]
        );
    }

    #[test]
    fn what_is_not_known_is_kept() {
        let kept = messages(&json!({"speaker": "ann", "words": ["hi"]}));
        assert_eq!(
            kept[0].parts,
            [Part::other("other", json!({"speaker": "ann", "words": ["hi"]}))]
        );
        assert_eq!(messages(&Value::Null), []);
    }
}

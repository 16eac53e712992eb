//! `rig-core`: messages and requests of its completions.

use rig_core::completion::{CompletionRequest, Message as RigMessage, ToolDefinition as RigTool};
use rig_core::message::{
    AssistantContent, DocumentSourceKind, ToolResult, ToolResultContent, UserContent,
};
use serde_json::Value;

use crate::content::{
    Blob, CaptureMessages, CaptureTools, Message, Modality, Part, Role, ToolDefinition,
};

/// The answers of tools, which stand in a message of the user, are one of their own.
impl CaptureMessages for RigMessage {
    fn capture_messages(&self) -> Vec<Message> {
        match self {
            Self::System { content } => vec![Message::system(content.as_str())],
            Self::User { content } => {
                let is_answer = |part: &Part| matches!(part, Part::ToolResponse { .. });
                let (answers, said): (Vec<Part>, Vec<Part>) =
                    content.iter().map(of_user).partition(is_answer);
                let messages = [(Role::Tool, answers), (Role::User, said)].into_iter();
                let messages = messages.filter(|(_, parts)| !parts.is_empty());
                messages.map(|(role, parts)| Message::new(role, parts)).collect()
            }
            Self::Assistant(message) => {
                vec![Message::new(Role::Assistant, parts(&message.content))]
            }
        }
    }
}

impl CaptureMessages for CompletionRequest {
    fn capture_messages(&self) -> Vec<Message> {
        self.chat_history.capture_messages()
    }
}

impl CaptureTools for CompletionRequest {
    fn capture_tools(&self) -> Vec<ToolDefinition> {
        self.tools.capture_tools()
    }
}

impl CaptureTools for RigTool {
    fn capture_tools(&self) -> Vec<ToolDefinition> {
        vec![ToolDefinition::function(self.name.to_string())]
    }
}

fn of_user(content: &UserContent) -> Part {
    match content {
        UserContent::Text(text) => Part::text(&text.text),
        UserContent::ToolResult(result) => answer(result),
        UserContent::Image(image) => file(Modality::Image, &image.data),
        UserContent::Audio(audio) => file(Modality::Audio, &audio.data),
        UserContent::Video(video) => file(Modality::Video, &video.data),
        UserContent::Document(document) => file(Modality::Document, &document.data),
    }
}

/// What the model says.
pub(crate) fn parts(content: &[AssistantContent]) -> Vec<Part> {
    let parts = content.iter().map(|content| match content {
        AssistantContent::Text(text) => Part::text(&text.text),
        AssistantContent::Reasoning(reasoning) => Part::reasoning(&reasoning.text),
        AssistantContent::ToolCall(call) => {
            let function = &call.function;
            let arguments = match &function.invalid_arguments {
                Some(text) => Value::String(text.clone()),
                None => Value::Object(function.arguments.clone()),
            };
            Part::tool_call(call.id.to_string(), function.name.to_string(), arguments)
        }
        AssistantContent::Image(image) => file(Modality::Image, &image.data),
        AssistantContent::Opaque(item) => {
            Part::other(item.kind().unwrap_or("opaque"), item.item.clone())
        }
        _ => Part::other("other", Value::Null),
    });
    parts.collect()
}

fn answer(result: &ToolResult) -> Part {
    let mut content: Vec<Value> = result
        .content
        .iter()
        .map(|content| match content {
            ToolResultContent::Text(text) => Value::from(text.text.as_str()),
            ToolResultContent::Json { value } => value.clone(),
            ToolResultContent::Image(_) => Value::from("[image]"),
        })
        .collect();
    let response = match content.len() {
        1 => content.remove(0),
        _ => Value::Array(content),
    };
    Part::tool_response(result.call.to_string(), response)
}

fn file(modality: Modality, source: &DocumentSourceKind) -> Part {
    match source {
        DocumentSourceKind::Url(url) => Part::uri(modality, url),
        DocumentSourceKind::FileId(id) => Part::file(modality, id),
        DocumentSourceKind::Base64(data) => match Blob::of_base64("", data) {
            Some(blob) => Blob::untyped(modality, blob.bytes).into(),
            None => Part::text(data),
        },
        DocumentSourceKind::Raw(bytes) => Blob::untyped(modality, bytes.as_slice()).into(),
        DocumentSourceKind::String(text) => Part::text(text),
        DocumentSourceKind::Unknown => Part::other(modality.as_str(), Value::Null),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn messages_are_read() {
        let messages: Vec<RigMessage> = serde_json::from_value(json!([
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Where is it?"}]},
            {"role": "assistant", "content": [
                {"type": "reasoning", "text": "hm"},
                {"type": "toolcall", "id": {"provider": "c"},
                 "function": {"name": "f", "arguments": {"id": 1}}},
            ]},
            {"role": "user", "content": [
                {"type": "toolresult", "call": {"provider": "c"}, "name": "f",
                 "content": [{"type": "text", "text": "shipped"}]},
            ]},
        ]))
        .unwrap();
        let expected = [
            Message::system("Be brief."),
            Message::user("Where is it?"),
            Message::assistant(Part::reasoning("hm")).with(Part::tool_call(
                "c",
                "f",
                json!({"id": 1}),
            )),
            Message::tool("c", "shipped"),
        ];
        assert_eq!(messages.capture_messages(), expected);
    }
}

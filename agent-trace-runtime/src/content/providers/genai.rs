//! `genai`: messages and requests of its chat.

use genai::chat::{
    Binary, BinarySource, ChatMessage, ChatRequest, ChatRole, ContentPart, MessageContent, Tool,
};

use crate::content::{
    Blob, CaptureInstructions, CaptureMessages, CaptureTools, Message, Modality, Part, Role,
    ToolDefinition,
};

impl CaptureMessages for ChatMessage {
    fn capture_messages(&self) -> Vec<Message> {
        let role = match self.role {
            ChatRole::System => Role::System,
            ChatRole::User => Role::User,
            ChatRole::Assistant => Role::Assistant,
            ChatRole::Tool => Role::Tool,
        };
        vec![Message::new(role, parts(&self.content))]
    }
}

impl CaptureMessages for ChatRequest {
    fn capture_messages(&self) -> Vec<Message> {
        self.messages.capture_messages()
    }
}

impl CaptureInstructions for ChatRequest {
    fn capture_instructions(&self) -> Vec<Part> {
        self.system.capture_instructions()
    }
}

impl CaptureTools for ChatRequest {
    fn capture_tools(&self) -> Vec<ToolDefinition> {
        self.tools.capture_tools()
    }
}

impl CaptureTools for Tool {
    fn capture_tools(&self) -> Vec<ToolDefinition> {
        vec![ToolDefinition::function(self.name.to_string())]
    }
}

/// What a message of either direction says. The signatures of thoughts say nothing.
pub(crate) fn parts(content: &MessageContent) -> Vec<Part> {
    let parts = content.parts().iter();
    parts
        .filter_map(|part| {
            Some(match part {
                ContentPart::Text(text) => Part::text(text),
                ContentPart::ReasoningContent(text) => Part::reasoning(text),
                ContentPart::Binary(binary) => file(binary),
                ContentPart::ToolCall(call) => {
                    Part::tool_call(&call.call_id, &call.fn_name, call.fn_arguments.clone())
                }
                ContentPart::ToolResponse(response) => {
                    Part::tool_response(&response.call_id, response.content.as_str())
                }
                ContentPart::Custom(custom) => {
                    Part::other("custom", serde_json::to_value(custom).unwrap_or_default())
                }
                ContentPart::ThoughtSignature(_) => return None,
            })
        })
        .collect()
}

fn file(binary: &Binary) -> Part {
    let media_type = binary.content_type.as_str();
    match &binary.source {
        BinarySource::Url(url) => Part::Uri {
            modality: Modality::of_media_type(media_type),
            mime_type: Some(media_type.to_owned()),
            uri: url.clone(),
        },
        BinarySource::Base64(data) => match Blob::of_base64(media_type, data) {
            Some(blob) => blob.into(),
            None => Part::other("blob", media_type),
        },
    }
}

#[cfg(test)]
mod tests {
    use genai::chat::{ToolCall, ToolResponse};
    use serde_json::json;

    use super::*;

    #[test]
    fn requests_are_read() {
        let call = ToolCall {
            call_id: "c".to_owned(),
            fn_name: "f".to_owned(),
            fn_arguments: json!({"id": 1}),
            thought_signatures: None,
        };
        let picture = Binary::new("image/png", BinarySource::Base64("Zm9v".into()), None);
        let request = ChatRequest::from_system("Be brief.")
            .append_message(ChatMessage::user(vec![
                ContentPart::from_text("What is this?"),
                ContentPart::Binary(picture),
            ]))
            .append_message(ChatMessage::from(vec![call]))
            .append_message(ChatMessage::from(ToolResponse::new("c", "shipped")));
        let expected = [
            Message::user("What is this?").with(Part::blob("image/png", *b"foo")),
            Message::assistant(Part::tool_call("c", "f", json!({"id": 1}))),
            Message::tool("c", "shipped"),
        ];
        assert_eq!(request.capture_messages(), expected);
        assert_eq!(request.capture_instructions(), [Part::text("Be brief.")]);
    }
}

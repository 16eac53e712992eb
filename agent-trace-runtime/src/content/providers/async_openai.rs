//! `async-openai`: messages and requests of chat completions and of the responses API.

use async_openai::types::chat::{
    ChatCompletionRequestMessage, ChatCompletionTools, CreateChatCompletionRequest,
};
use async_openai::types::responses::{CreateResponse, InputItem, InputParam, Tool};

use super::sent;
use crate::content::{
    CaptureInstructions, CaptureMessages, CaptureTools, Message, Part, ToolDefinition,
};

macro_rules! messages {
    ($($type:ty),*) => {$(
        impl CaptureMessages for $type {
            fn capture_messages(&self) -> Vec<Message> {
                sent(self).capture_messages()
            }
        }
    )*};
}
messages!(ChatCompletionRequestMessage, InputItem, InputParam);

impl CaptureMessages for CreateChatCompletionRequest {
    fn capture_messages(&self) -> Vec<Message> {
        self.messages.capture_messages()
    }
}

impl CaptureTools for CreateChatCompletionRequest {
    fn capture_tools(&self) -> Vec<ToolDefinition> {
        self.tools.capture_tools()
    }
}

impl CaptureMessages for CreateResponse {
    fn capture_messages(&self) -> Vec<Message> {
        self.input.capture_messages()
    }
}

impl CaptureInstructions for CreateResponse {
    fn capture_instructions(&self) -> Vec<Part> {
        self.instructions.capture_instructions()
    }
}

impl CaptureTools for CreateResponse {
    fn capture_tools(&self) -> Vec<ToolDefinition> {
        self.tools.capture_tools()
    }
}

macro_rules! tools {
    ($($type:ty),*) => {$(
        impl CaptureTools for $type {
            fn capture_tools(&self) -> Vec<ToolDefinition> {
                sent(self).capture_tools()
            }
        }
    )*};
}
tools!(ChatCompletionTools, Tool);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn requests_are_read() {
        let request: CreateChatCompletionRequest = serde_json::from_value(json!({
            "model": "gpt-4o",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": [{"type": "text", "text": "Where is it?"}]},
                {"role": "assistant", "tool_calls": [
                    {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}},
                ]},
                {"role": "tool", "tool_call_id": "c", "content": "shipped"},
            ],
            "tools": [{"type": "function", "function": {"name": "f"}}],
        }))
        .unwrap();
        let expected = [
            Message::system("Be brief."),
            Message::user("Where is it?"),
            Message::assistant(Part::tool_call("c", "f", json!({}))),
            Message::tool("c", "shipped"),
        ];
        assert_eq!(request.capture_messages(), expected);
        assert_eq!(request.capture_tools(), [ToolDefinition::function("f")]);

        let request: CreateResponse = serde_json::from_value(
            json!({"model": "gpt-4o", "instructions": "Be brief.", "input": "Where is it?"}),
        )
        .unwrap();
        assert_eq!(request.capture_messages(), [Message::user("Where is it?")]);
        assert_eq!(request.capture_instructions(), [Part::text("Be brief.")]);
    }
}

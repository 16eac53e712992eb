//! `ollama-rs`: messages and requests of its chat.

use ollama_rs::generation::chat::ChatMessage;
use ollama_rs::generation::chat::request::ChatMessageRequest;

use super::sent;
use crate::content::{CaptureMessages, CaptureTools, Message, ToolDefinition};

impl CaptureMessages for ChatMessage {
    fn capture_messages(&self) -> Vec<Message> {
        sent(self).capture_messages()
    }
}

impl CaptureMessages for ChatMessageRequest {
    fn capture_messages(&self) -> Vec<Message> {
        self.messages.capture_messages()
    }
}

impl CaptureTools for ChatMessageRequest {
    fn capture_tools(&self) -> Vec<ToolDefinition> {
        sent(&self.tools).capture_tools()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::content::{Part, ToolCall};

    #[test]
    fn messages_are_read() {
        let messages: Vec<ChatMessage> = serde_json::from_value(json!([
            {"role": "user", "content": "Where is it?"},
            {"role": "assistant", "content": "", "thinking": "hm",
             "tool_calls": [{"function": {"name": "f", "arguments": {"id": 1}}}]},
        ]))
        .unwrap();
        let call = Part::from(ToolCall::new("f", json!({"id": 1})));
        let expected =
            [Message::user("Where is it?"), Message::assistant(Part::reasoning("hm")).with(call)];
        assert_eq!(messages.capture_messages(), expected);
    }
}

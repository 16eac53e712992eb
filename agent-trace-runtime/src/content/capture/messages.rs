//! The conversation that a model is given.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use super::{MAX_ELEMENTS, capture_texts, forward_capture, requests};
use crate::content::{Message, OutputMessage, Part};

/// A value that is a conversation, or a part of one.
///
/// Implemented for texts, which are what the user says; for [`Message`]s, and lists of whatever
/// implements it; and for [`serde_json::Value`], in the form of the messages of OpenAI's chat
/// completions and responses, Anthropic's messages, Gemini's contents, Bedrock's Converse and Ollama's
/// chat: a message, a list of them, or the request that holds them.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::{CaptureMessages, Message};
/// use serde_json::json;
///
/// let request = json!({"model": "gpt-4o", "messages": [{"role": "user", "content": "Where is it?"}]});
/// assert_eq!(request.capture_messages(), [Message::user("Where is it?")]);
/// assert_eq!("Where is it?".capture_messages(), [Message::user("Where is it?")]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no conversation that can be captured",
    label = "not a text, a message, or a list of messages",
    note = "implement `CaptureMessages` for it: `fn capture_messages(&self) -> Vec<Message> {{ vec![Message::user(…)] }}`",
    note = "or capture what holds the messages: a field of it, or the request as `serde_json::Value`"
)]
pub trait CaptureMessages {
    /// The messages in the order in which they are sent.
    fn capture_messages(&self) -> Vec<Message>;
}

forward_capture!(CaptureMessages::capture_messages -> Message);
capture_texts!(CaptureMessages::capture_messages -> Message: Message::user);

impl CaptureMessages for Message {
    fn capture_messages(&self) -> Vec<Message> {
        vec![self.clone()]
    }
}

impl CaptureMessages for OutputMessage {
    fn capture_messages(&self) -> Vec<Message> {
        vec![self.clone().into()]
    }
}

/// What the user says.
impl CaptureMessages for Part {
    fn capture_messages(&self) -> Vec<Message> {
        vec![Message::user(self.clone())]
    }
}

impl CaptureMessages for Value {
    fn capture_messages(&self) -> Vec<Message> {
        requests::messages(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_holds_messages_is_a_conversation() {
        let messages = vec![Message::system("Be brief."), Message::user("Hi")];
        assert_eq!(Arc::new(Some(&messages)).capture_messages(), messages);
        assert_eq!(["Hi", "there"].capture_messages().len(), 2);
        assert_eq!(None::<String>.capture_messages(), []);
        assert_eq!("".capture_messages(), []);
    }
}

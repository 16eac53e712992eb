//! What one attribute holds, and under which key.

use serde_json::Value;

use super::json::{self, bounded_copy};
use super::message::{Message, OutputMessage};
use super::part::Part;
use super::records::{MemoryRecord, RetrievalDocument, ToolDefinition};
use crate::semconv;

/// What one attribute holds.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::{Content, Message};
///
/// let content = Content::InputMessages(vec![Message::user("Where is my order?")]);
/// assert_eq!(content.key(), "gen_ai.input.messages");
/// assert_eq!(content.to_json()[0]["parts"][0]["content"], "Where is my order?");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// What the application tells the model apart from the conversation.
    SystemInstructions(Vec<Part>),
    /// The conversation that the model is given.
    InputMessages(Vec<Message>),
    /// What the model said, one message for each choice.
    OutputMessages(Vec<OutputMessage>),
    /// The tools that are offered.
    ToolDefinitions(Vec<ToolDefinition>),
    /// What a tool is called with.
    ToolCallArguments(Value),
    /// What a tool returned.
    ToolCallResult(Value),
    /// What is searched for in documents.
    RetrievalQuery(String),
    /// The documents found.
    RetrievalDocuments(Vec<RetrievalDocument>),
    /// What is searched for in a memory.
    MemoryQuery(String),
    /// The records written to a memory or found in it.
    MemoryRecords(Vec<MemoryRecord>),
    /// The text of an error, which may quote any of the others.
    ErrorMessage(String),
}

impl Content {
    /// The key of the attribute.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::SystemInstructions(_) => semconv::SYSTEM_INSTRUCTIONS,
            Self::InputMessages(_) => semconv::INPUT_MESSAGES,
            Self::OutputMessages(_) => semconv::OUTPUT_MESSAGES,
            Self::ToolDefinitions(_) => semconv::TOOL_DEFINITIONS,
            Self::ToolCallArguments(_) => semconv::TOOL_CALL_ARGUMENTS,
            Self::ToolCallResult(_) => semconv::TOOL_CALL_RESULT,
            Self::RetrievalQuery(_) => semconv::RETRIEVAL_QUERY_TEXT,
            Self::RetrievalDocuments(_) => semconv::RETRIEVAL_DOCUMENTS,
            Self::MemoryQuery(_) => semconv::MEMORY_QUERY_TEXT,
            Self::MemoryRecords(_) => semconv::MEMORY_RECORDS,
            Self::ErrorMessage(_) => semconv::EXCEPTION_MESSAGE,
        }
    }

    /// The value of the attribute, by the schema of the conventions.
    ///
    /// Arguments and results of tools are objects by their schemas: a text that holds a JSON object is
    /// that object, and any other value stands in one under the key `value`. What is nested more than
    /// 64 levels deep is replaced by a text that says so. Bytes are written in base64;
    /// [`prepare`](Self::prepare) puts their digest in their place.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::SystemInstructions(parts) => parts.iter().map(Part::to_json).collect(),
            Self::InputMessages(messages) => messages.iter().map(Message::to_json).collect(),
            Self::OutputMessages(messages) => messages.iter().map(OutputMessage::to_json).collect(),
            Self::ToolDefinitions(tools) => tools.iter().map(ToolDefinition::to_json).collect(),
            Self::ToolCallArguments(value) | Self::ToolCallResult(value) => {
                Value::Object(json::into_object(bounded_copy(value)))
            }
            Self::RetrievalQuery(text) | Self::MemoryQuery(text) | Self::ErrorMessage(text) => {
                text.as_str().into()
            }
            Self::RetrievalDocuments(documents) => {
                documents.iter().map(RetrievalDocument::to_json).collect()
            }
            Self::MemoryRecords(records) => records.iter().map(MemoryRecord::to_json).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parts_follow_the_schema() {
        let parts = [
            (Part::text("hi"), json!({"type": "text", "content": "hi"})),
            (Part::reasoning("hm"), json!({"type": "reasoning", "content": "hm"})),
            (
                Part::tool_call("c", "f", "{\"a\": 1}"),
                json!({"type": "tool_call", "id": "c", "name": "f", "arguments": {"a": 1}}),
            ),
            (
                Part::tool_response("c", "ok"),
                json!({"type": "tool_call_response", "id": "c", "response": "ok"}),
            ),
            (
                Part::blob("audio/wav", *b"foo"),
                json!({"type": "blob", "modality": "audio", "mime_type": "audio/wav", "content": "Zm9v"}),
            ),
            (
                Part::uri(super::super::Modality::Image, "https://example.com/a.png"),
                json!({"type": "uri", "modality": "image", "uri": "https://example.com/a.png"}),
            ),
            (
                Part::other("citation", json!({"type": "ignored", "of": 3})),
                json!({"type": "citation", "of": 3}),
            ),
            (
                Part::ServerToolCall {
                    id: None,
                    name: "web_search".into(),
                    kind: "web_search".into(),
                    fields: json::into_object(json!({"query": "parcels"})),
                },
                json!({
                    "type": "server_tool_call", "name": "web_search",
                    "server_tool_call": {"type": "web_search", "query": "parcels"},
                }),
            ),
        ];
        for (part, expected) in parts {
            assert_eq!(part.to_json(), expected);
        }
    }

    #[test]
    fn arguments_and_results_are_objects() {
        let of = |value: Value| Content::ToolCallResult(value).to_json();
        assert_eq!(of(json!({"a": 1})), json!({"a": 1}));
        assert_eq!(of(json!("{\"a\": 1}")), json!({"a": 1}));
        assert_eq!(of(json!([1])), json!({"value": [1]}));
        assert_eq!(of(json!("shipped")), json!({"value": "shipped"}));
        assert_eq!(of(Value::Null), json!({"value": null}));
    }

    #[test]
    fn scores_that_are_no_numbers_are_left_out() {
        let document = RetrievalDocument::new("a").with_score(f64::NAN).with_field("score", "high");
        assert_eq!(document.to_json(), json!({"id": "a"}));
    }
}

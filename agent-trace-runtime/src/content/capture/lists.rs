//! Instructions, documents, and records of a memory.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use super::{MAX_ELEMENTS, capture_texts, forward_capture, requests};
use crate::content::{MemoryRecord, Part, RetrievalDocument, json};

/// A value that tells the model what to do, apart from the conversation.
///
/// Implemented for texts, [`Part`]s and lists of them, and for [`serde_json::Value`]: a text, a list of
/// parts, or a request that has instructions (`instructions`, `system`, `systemInstruction`).
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::{CaptureInstructions, Part};
/// use serde_json::json;
///
/// let request = json!({"model": "claude-sonnet-4-5", "system": "Be brief.", "messages": []});
/// assert_eq!(request.capture_instructions(), [Part::text("Be brief.")]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no instruction that can be captured",
    label = "not a text, a part, or a list of them",
    note = "implement `CaptureInstructions` for it: `fn capture_instructions(&self) -> Vec<Part> {{ vec![Part::text(…)] }}`, or capture a text of it"
)]
pub trait CaptureInstructions {
    /// The instructions in the order in which they are sent.
    fn capture_instructions(&self) -> Vec<Part>;
}

forward_capture!(CaptureInstructions::capture_instructions -> Part);
capture_texts!(CaptureInstructions::capture_instructions -> Part: Part::text);

impl CaptureInstructions for Part {
    fn capture_instructions(&self) -> Vec<Part> {
        vec![self.clone()]
    }
}

impl CaptureInstructions for Value {
    fn capture_instructions(&self) -> Vec<Part> {
        requests::instructions(self)
    }
}

/// A value that is what a retrieval found.
///
/// Implemented for [`RetrievalDocument`]s and lists of them; for texts, each of which is the content of
/// a document; and for [`serde_json::Value`]: an object is a document with its `id`, `score` and what
/// else it says, and a list is one of documents.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::{CaptureDocuments, RetrievalDocument};
/// use serde_json::json;
///
/// let found = json!([{"id": "returns.md", "score": 0.82}]);
/// assert_eq!(found.capture_documents(), [RetrievalDocument::new("returns.md").with_score(0.82)]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no document that can be captured",
    label = "not a document, a text, or a list of them",
    note = "implement `CaptureDocuments` for it: `fn capture_documents(&self) -> Vec<RetrievalDocument> {{ vec![RetrievalDocument::new(id).with_score(…)] }}`"
)]
pub trait CaptureDocuments {
    /// The documents in the order in which they were found.
    fn capture_documents(&self) -> Vec<RetrievalDocument>;
}

forward_capture!(CaptureDocuments::capture_documents -> RetrievalDocument);
capture_texts!(
    CaptureDocuments::capture_documents -> RetrievalDocument: RetrievalDocument::of_content
);

impl CaptureDocuments for RetrievalDocument {
    fn capture_documents(&self) -> Vec<RetrievalDocument> {
        vec![self.clone()]
    }
}

impl CaptureDocuments for Value {
    fn capture_documents(&self) -> Vec<RetrievalDocument> {
        each(self, |value| match value {
            Value::Object(entries) => RetrievalDocument {
                id: entries.get("id").and_then(id),
                score: entries.get("score").and_then(Value::as_f64),
                content: entries.get("content").and_then(Value::as_str).map(str::to_owned),
                fields: json::copied_fields(
                    entries,
                    match entries.get("content") {
                        Some(Value::String(_)) => &["id", "score", "content"],
                        _ => &["id", "score"],
                    },
                ),
            },
            Value::String(text) => RetrievalDocument::of_content(text.as_str()),
            other => RetrievalDocument::default().with_field("content", json::bounded_copy(other)),
        })
    }
}

/// A value that is what a memory was given, or what was found in it.
///
/// Implemented for [`MemoryRecord`]s and lists of them; for texts, each of which is the content of a
/// record; and for [`serde_json::Value`]: an object with `content` is a record with its `id`, `score`
/// and `metadata`, any other value is the content of one, and a list is one of records.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::{CaptureRecords, MemoryRecord};
///
/// assert_eq!(["speaks Welsh"].capture_records(), [MemoryRecord::new("speaks Welsh")]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no record of a memory that can be captured",
    label = "not a record, a text, or a list of them",
    note = "implement `CaptureRecords` for it: `fn capture_records(&self) -> Vec<MemoryRecord> {{ vec![MemoryRecord::new(content).with_id(…)] }}`"
)]
pub trait CaptureRecords {
    /// The records in their order.
    fn capture_records(&self) -> Vec<MemoryRecord>;
}

forward_capture!(CaptureRecords::capture_records -> MemoryRecord);
capture_texts!(CaptureRecords::capture_records -> MemoryRecord: MemoryRecord::new);

impl CaptureRecords for MemoryRecord {
    fn capture_records(&self) -> Vec<MemoryRecord> {
        vec![self.clone()]
    }
}

impl CaptureRecords for Value {
    fn capture_records(&self) -> Vec<MemoryRecord> {
        each(self, |value| match (value, value.get("content")) {
            (Value::Object(entries), Some(content)) => {
                let mut metadata = json::copied_fields(entries, RECORD_KEYS);
                if let Some(Value::Object(entries)) = entries.get("metadata") {
                    metadata.extend(json::copied_fields(entries, &[]));
                }
                MemoryRecord {
                    id: entries.get("id").and_then(id),
                    content: json::bounded_copy(content),
                    score: entries.get("score").and_then(Value::as_f64),
                    metadata,
                }
            }
            _ => MemoryRecord::new(json::bounded_copy(value)),
        })
    }
}

/// What stands beside the metadata of a record.
const RECORD_KEYS: &[&str] = &["id", "content", "score", "metadata"];

/// The elements of a list, or the one that this is.
fn each<T>(value: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(elements) => elements.iter().take(MAX_ELEMENTS).map(read).collect(),
        one => vec![read(one)],
    }
}

/// An id, which may be a number.
fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_read_for_what_it_says() {
        let found = json!([{"id": 7, "score": "high", "content": "c", "page": 2}, "text", [1]]);
        let documents = found.capture_documents();
        assert_eq!(
            documents[0],
            RetrievalDocument::new("7").with_content("c").with_field("page", 2)
        );
        assert_eq!(documents[1], RetrievalDocument::of_content("text"));
        assert_eq!(documents[2].to_json(), json!({"content": [1]}));

        let record =
            json!({"id": "r", "content": {"a": 1}, "score": 1, "metadata": {"b": 2}, "c": 3});
        let expected = MemoryRecord::new(json!({"a": 1})).with_id("r").with_score(1.0);
        let expected = expected.with_metadata("b", 2).with_metadata("c", 3);
        assert_eq!(record.capture_records(), [expected]);
        assert_eq!(json!({"a": 1}).capture_records(), [MemoryRecord::new(json!({"a": 1}))]);
        assert_eq!(Value::Null.capture_records(), []);
    }
}

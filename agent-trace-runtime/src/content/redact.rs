//! Taking out of content what is not to be recorded.

use serde_json::{Map, Value};

use super::attribute::Content;
use super::pieces::Body;

/// Takes out of content what is not to be recorded, before any of it leaves the process.
///
/// It sees content whole: nothing was cut yet. Any function from content to content is one. Where it
/// panics, the content is dropped.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::{Content, Redact};
///
/// let redactor = |mut content: Content| {
///     if matches!(content, Content::MemoryRecords(_)) {
///         return None;
///     }
///     content.map_text(|text| *text = text.replace("acme", "[customer]"));
///     Some(content)
/// };
/// let query = Content::RetrievalQuery("orders of acme".into());
/// assert_eq!(redactor.redact(query), Some(Content::RetrievalQuery("orders of [customer]".into())));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not redact content",
    label = "not a redactor",
    note = "write a closure, `|mut content: Content| {{ content.map_text(|text| …); Some(content) }}`, or implement `Redact`"
)]
pub trait Redact: Send + Sync {
    /// What is left to record; `None` where nothing of it is to be.
    fn redact(&self, content: Content) -> Option<Content>;
}

impl<F: Fn(Content) -> Option<Content> + Send + Sync> Redact for F {
    fn redact(&self, content: Content) -> Option<Content> {
        self(content)
    }
}

impl Content {
    /// Changes every text that a person, a model or a tool could have written.
    ///
    /// That is each text of a part, the texts *and keys* within arguments, results, documents and
    /// records, and ids, names, addresses and roles that the conventions do not know. Numbers within
    /// values are given as they are written, and become a text where that is changed: a card number may
    /// be a number. Two keys that become the same are told apart by a count.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::content::Content;
    /// use serde_json::json;
    ///
    /// let mut content = Content::ToolCallArguments(json!({"ann": ["bob", 7]}));
    /// content.map_text(|text| *text = text.to_uppercase());
    /// assert_eq!(content, Content::ToolCallArguments(json!({"ANN": ["BOB", 7]})));
    /// ```
    pub fn map_text(&mut self, mut change: impl FnMut(&mut String)) {
        self.for_each_piece(&mut |pieces| {
            pieces.names.into_iter().for_each(&mut change);
            for body in pieces.bodies {
                match body {
                    Body::Text(text) => change(text),
                    Body::Value(value) => map_value(vec![value], &mut change),
                    Body::Fields(fields) => {
                        map_keys(fields, &mut change);
                        map_value(fields.values_mut().collect(), &mut change);
                    }
                }
            }
        });
    }
}

/// Level by level, since a value may be deeper than a stack.
fn map_value(mut left: Vec<&mut Value>, change: &mut impl FnMut(&mut String)) {
    while let Some(value) = left.pop() {
        match value {
            Value::String(text) => change(text),
            Value::Number(number) => {
                let mut text = number.to_string();
                change(&mut text);
                if text != number.to_string() {
                    *value = Value::String(text);
                }
            }
            Value::Array(elements) => left.extend(elements),
            Value::Object(entries) => {
                map_keys(entries, change);
                left.extend(entries.values_mut());
            }
            Value::Null | Value::Bool(_) => {}
        }
    }
}

fn map_keys(entries: &mut Map<String, Value>, change: &mut impl FnMut(&mut String)) {
    let mut is_changed = false;
    let mut keys: Vec<String> = entries.keys().cloned().collect();
    for key in &mut keys {
        let before = key.clone();
        change(key);
        is_changed |= *key != before;
    }
    if !is_changed {
        return;
    }
    let values = std::mem::take(entries).into_iter().map(|(_, value)| value);
    for (key, value) in keys.into_iter().zip(values) {
        insert_beside(entries, key, value);
    }
}

/// Inserts a value under a key that may be taken: then under the key with a count.
pub(super) fn insert_beside(entries: &mut Map<String, Value>, key: String, value: Value) {
    if !entries.contains_key(&key) {
        entries.insert(key, value);
        return;
    }
    // From the number of entries on, so that many clashes cost no search each.
    let free = (entries.len()..).map(|count| format!("{key} ({count})"));
    if let Some(free) = free.into_iter().find(|free| !entries.contains_key(free)) {
        entries.insert(free, value);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{
        MemoryRecord, Message, Modality, OutputMessage, Part, RetrievalDocument, Role,
        ToolDefinition,
    };
    use super::*;

    fn shout(content: Content) -> String {
        let mut content = content;
        content.map_text(|text| *text = text.replace("secret", "[hidden]"));
        content.to_json().to_string()
    }

    #[test]
    fn every_text_is_visited() {
        let fields = || json!({"secret": ["secret", {"secret": {"k": "secret"}}]});
        let parts = vec![
            Part::text("a secret"),
            Part::reasoning("a secret"),
            Part::tool_call("secret", "secret", fields()),
            Part::tool_response("secret", "secret"),
            Part::ServerToolCall {
                id: Some("secret".into()),
                name: "secret".into(),
                kind: "secret".into(),
                fields: super::super::json::into_object(fields()),
            },
            Part::ServerToolResponse {
                id: Some("secret".into()),
                kind: "secret".into(),
                fields: super::super::json::into_object(fields()),
            },
            Part::blob("secret/secret", [1]),
            Part::file(Modality::Other("secret".into()), "secret"),
            Part::uri(Modality::Image, "https://example.com/secret"),
            Part::Compaction { id: Some("secret".into()), content: Some("secret".into()) },
            Part::other("secret", fields()),
        ];
        let role = || Role::Other("secret".into());
        let mut output = OutputMessage::new(parts.clone()).finished("secret");
        output.role = role();
        output.name = Some("secret".into());
        let tool = ToolDefinition::new("secret", "secret")
            .with_description("secret")
            .with_parameters(fields());
        let document =
            RetrievalDocument::new("secret").with_content("secret").with_field("secret", fields());
        let record =
            MemoryRecord::new(fields()).with_id("secret").with_metadata("secret", fields());
        for content in [
            Content::SystemInstructions(parts.clone()),
            Content::InputMessages(vec![Message::new(role(), parts).named("secret")]),
            Content::OutputMessages(vec![output]),
            Content::ToolDefinitions(vec![tool]),
            Content::ToolCallArguments(fields()),
            Content::ToolCallResult("secret".into()),
            Content::RetrievalQuery("secret".into()),
            Content::RetrievalDocuments(vec![document]),
            Content::MemoryQuery("secret".into()),
            Content::MemoryRecords(vec![record]),
        ] {
            assert!(content.to_json().to_string().contains("secret"));
            let left = shout(content);
            assert!(!left.contains("secret"), "{left}");
        }
    }

    #[test]
    fn keys_that_become_the_same_keep_their_values() {
        let mut content = Content::ToolCallArguments(json!({"a": 1, "b": 2, "c": 3}));
        content.map_text(|text| {
            if text.chars().all(char::is_alphabetic) {
                "x".clone_into(text);
            }
        });
        let Content::ToolCallArguments(Value::Object(entries)) = content else { unreachable!() };
        assert_eq!(entries.values().filter_map(Value::as_u64).sum::<u64>(), 6);
    }

    #[test]
    fn numbers_that_are_changed_become_texts() {
        let mut content = Content::ToolCallArguments(json!({"n": 41111, "x": 2}));
        content.map_text(|text| *text = text.replace("41111", "[number]"));
        assert_eq!(content, Content::ToolCallArguments(json!({"n": "[number]", "x": 2})));
    }
}

//! What stands beside messages: tools on offer, documents found, records of a memory.

use serde_json::{Map, Value};

use super::json::{Object, bounded_copy};

/// A tool that a model or an agent is offered.
///
/// Its type and name are recorded; its description and parameters, which are long and the same in every
/// call, only where they are given here.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::ToolDefinition;
///
/// let tool = ToolDefinition::function("lookup_order").with_description("Where an order is");
/// assert_eq!(tool.to_json()["type"], "function");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolDefinition {
    /// Which kind of tool it is: `function`, or the provider's word for a tool that it runs.
    pub kind: String,
    /// The tool's name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The JSON schema of its arguments.
    pub parameters: Option<Value>,
}

impl ToolDefinition {
    /// A tool of this kind.
    pub fn new(kind: impl Into<String>, name: impl Into<String>) -> Self {
        Self { kind: kind.into(), name: name.into(), description: None, parameters: None }
    }

    /// A function that the application runs.
    pub fn function(name: impl Into<String>) -> Self {
        Self::new("function", name)
    }

    /// The same, with what it is for.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The same, with the JSON schema of its arguments.
    #[must_use]
    pub fn with_parameters(mut self, schema: impl Into<Value>) -> Self {
        self.parameters = Some(schema.into());
        self
    }

    /// The definition by the schema of the conventions.
    #[must_use]
    pub fn to_json(&self) -> Value {
        Object::default()
            .text("type", &self.kind)
            .text("name", &self.name)
            .optional("description", self.description.as_deref())
            .optional("parameters", self.parameters.as_ref().map(bounded_copy))
            .into_value()
    }
}

/// A document that a retrieval found.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::RetrievalDocument;
///
/// let document = RetrievalDocument::new("returns.md").with_score(0.82).with_content("Within 30 days …");
/// assert_eq!(document.to_json()["score"], 0.82);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RetrievalDocument {
    /// The id of the document.
    pub id: Option<String>,
    /// How well it fits; what is no finite number is left out.
    pub score: Option<f64>,
    /// What it says.
    pub content: Option<String>,
    /// What else is known of it.
    pub fields: Map<String, Value>,
}

impl RetrievalDocument {
    /// The document with this id.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..Self::default() }
    }

    /// A document of which only the text is known.
    pub fn of_content(content: impl Into<String>) -> Self {
        Self { content: Some(content.into()), ..Self::default() }
    }

    /// The same, with how well it fits.
    #[must_use]
    pub fn with_score(mut self, score: f64) -> Self {
        self.score = Some(score);
        self
    }

    /// The same, with what it says.
    #[must_use]
    pub fn with_content(mut self, content: impl Into<String>) -> Self {
        self.content = Some(content.into());
        self
    }

    /// The same, with something else that is known of it.
    #[must_use]
    pub fn with_field(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.fields.insert(key.into(), value.into());
        self
    }

    /// The document by the schema of the conventions.
    #[must_use]
    pub fn to_json(&self) -> Value {
        Object::default()
            .optional("id", self.id.as_deref())
            .optional("score", finite(self.score))
            .optional("content", self.content.as_deref())
            .fields_except(&self.fields, &["id", "score"])
            .into_value()
    }
}

/// A record of a memory, written or found.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::MemoryRecord;
/// use serde_json::json;
///
/// let record = MemoryRecord::new(json!({"language": "Welsh"})).with_id("preference-7");
/// assert_eq!(record.to_json()["content"]["language"], "Welsh");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct MemoryRecord {
    /// The id of the record.
    pub id: Option<String>,
    /// What it holds.
    pub content: Value,
    /// What is known of it.
    pub metadata: Map<String, Value>,
    /// How well it fits what was searched for; what is no finite number is left out.
    pub score: Option<f64>,
}

impl MemoryRecord {
    /// A record that holds this.
    pub fn new(content: impl Into<Value>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    /// The same, with its id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The same, with how well it fits what was searched for.
    #[must_use]
    pub fn with_score(mut self, score: f64) -> Self {
        self.score = Some(score);
        self
    }

    /// The same, with something that is known of it.
    #[must_use]
    pub fn with_metadata(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    /// The record by the schema of the conventions.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let metadata = Object::default().fields(&self.metadata).into_value();
        Object::default()
            .optional("id", self.id.as_deref())
            .value("content", bounded_copy(&self.content))
            .optional("score", finite(self.score))
            .optional("metadata", (!self.metadata.is_empty()).then_some(metadata))
            .into_value()
    }
}

fn finite(score: Option<f64>) -> Option<f64> {
    score.filter(|score| score.is_finite())
}

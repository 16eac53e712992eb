//! Messages: what goes to a model, and what comes from it.

use serde_json::Value;

use super::json::Object;
use super::part::{Part, ToolCall};

/// Who speaks in a message.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::Role;
///
/// assert_eq!(Role::from("user"), Role::User);
/// assert_eq!(Role::from("developer").as_str(), "developer");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Who built the application.
    System,
    /// Who uses it.
    User,
    /// The model.
    #[default]
    Assistant,
    /// A tool, with its answer.
    Tool,
    /// A role of the provider's own.
    Other(String),
}

impl Role {
    /// The word of the conventions, or of the provider.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Tool => "tool",
            Self::Other(word) => word,
        }
    }
}

impl From<&str> for Role {
    /// `model`, as Gemini says, is the assistant.
    fn from(word: &str) -> Self {
        match word {
            "system" => Self::System,
            "user" => Self::User,
            "assistant" | "model" => Self::Assistant,
            "tool" => Self::Tool,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// A message of the conversation that a model is given.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::{Message, Part};
/// use serde_json::json;
///
/// let messages = [
///     Message::system("You answer in one sentence."),
///     Message::user("Where is my order?").with(Part::blob("image/png", [1, 2, 3])),
///     Message::assistant(Part::tool_call("call_1", "lookup_order", json!({"id": 1042}))),
///     Message::tool("call_1", json!({"state": "shipped"})),
/// ];
/// assert_eq!(messages[0].to_json()["role"], "system");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub parts: Vec<Part>,
    /// The name of the participant.
    pub name: Option<String>,
}

impl Message {
    /// A message of these parts.
    pub fn new(role: Role, parts: impl IntoIterator<Item = Part>) -> Self {
        Self { role, parts: parts.into_iter().collect(), name: None }
    }

    /// What the application says.
    pub fn system(part: impl Into<Part>) -> Self {
        Self::new(Role::System, [part.into()])
    }

    /// What the user says.
    pub fn user(part: impl Into<Part>) -> Self {
        Self::new(Role::User, [part.into()])
    }

    /// What the model has said before.
    pub fn assistant(part: impl Into<Part>) -> Self {
        Self::new(Role::Assistant, [part.into()])
    }

    /// What a tool answered to the call with this id.
    pub fn tool(id: impl Into<String>, response: impl Into<Value>) -> Self {
        Self::new(Role::Tool, [Part::tool_response(id, response)])
    }

    /// The same, with another part.
    #[must_use]
    pub fn with(mut self, part: impl Into<Part>) -> Self {
        self.parts.push(part.into());
        self
    }

    /// The same, with the name of the participant.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The message by the schema of the conventions.
    #[must_use]
    pub fn to_json(&self) -> Value {
        object(&self.role, &self.parts, self.name.as_deref()).into_value()
    }
}

/// What a model said: one message for each choice, in their order.
///
/// In an item of a stream it is what the item adds: texts go on where the last one ended, and calls of
/// tools where their [position](ToolCall::position) is known.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::OutputMessage;
///
/// let message = OutputMessage::text("It has shipped.").finished("stop");
/// assert_eq!(message.to_json()["finish_reason"], "stop");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutputMessage {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub parts: Vec<Part>,
    /// The name of the participant.
    pub name: Option<String>,
    /// Why the model stopped, in the provider's own words.
    pub finish_reason: Option<String>,
}

impl OutputMessage {
    /// A message of the model, of these parts.
    pub fn new(parts: impl IntoIterator<Item = Part>) -> Self {
        Self { parts: parts.into_iter().collect(), ..Self::default() }
    }

    /// A message of the model that is a text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new([Part::text(text)])
    }

    /// The same, with another part.
    #[must_use]
    pub fn with(mut self, part: impl Into<Part>) -> Self {
        self.parts.push(part.into());
        self
    }

    /// The same, with the reason why the model stopped.
    #[must_use]
    pub fn finished(mut self, reason: impl Into<String>) -> Self {
        self.finish_reason = Some(reason.into());
        self
    }

    /// The message by the schema of the conventions.
    #[must_use]
    pub fn to_json(&self) -> Value {
        object(&self.role, &self.parts, self.name.as_deref())
            .optional("finish_reason", self.finish_reason.as_deref())
            .into_value()
    }
}

fn object(role: &Role, parts: &[Part], name: Option<&str>) -> Object {
    Object::default()
        .text("role", role.as_str())
        .value("parts", parts.iter().map(Part::to_json).collect::<Value>())
        .optional("name", name)
}

/// What the user says.
impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::user(text)
    }
}

/// What the user says.
impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::user(text)
    }
}

/// What the model said, as a part of the conversation that follows.
impl From<OutputMessage> for Message {
    fn from(message: OutputMessage) -> Self {
        Self { role: message.role, parts: message.parts, name: message.name }
    }
}

impl From<&str> for OutputMessage {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for OutputMessage {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<ToolCall> for OutputMessage {
    fn from(call: ToolCall) -> Self {
        Self::new([call.into()])
    }
}

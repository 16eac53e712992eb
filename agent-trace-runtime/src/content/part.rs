//! The parts of a message: text, calls of tools, files and what else a model is given or gives.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::base64;
use super::json::{self, Object};

/// What kind of thing a file or a blob of a message is, by the conventions. The kinds of *tokens* are
/// [`response::Modality`](crate::response::Modality).
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::Modality;
///
/// assert_eq!(Modality::of_media_type("image/png"), Modality::Image);
/// assert_eq!(Modality::from("hologram").as_str(), "hologram");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Modality {
    /// A picture.
    Image,
    /// Moving pictures.
    Video,
    /// Sound.
    Audio,
    /// A document, and whatever is none of the others.
    Document,
    /// A kind that the conventions do not know.
    Other(String),
}

impl Modality {
    /// The word of the conventions.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Other(word) => word,
        }
    }

    /// The kind of what has this media type; a document where that is neither image, video nor audio.
    #[must_use]
    pub fn of_media_type(media_type: &str) -> Self {
        match media_type.split('/').next() {
            Some("image") => Self::Image,
            Some("video") => Self::Video,
            Some("audio") => Self::Audio,
            _ => Self::Document,
        }
    }
}

impl From<&str> for Modality {
    fn from(word: &str) -> Self {
        match word {
            "image" => Self::Image,
            "video" => Self::Video,
            "audio" => Self::Audio,
            "document" => Self::Document,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// Bytes that are part of a message: a picture, a recording, a document.
///
/// They are never recorded as they are: their size and digest are, or where an [`Upload`](super::Upload)
/// has put them.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::{Blob, Modality};
///
/// let blob = Blob::new("image/png", [0x89, b'P', b'N', b'G']);
/// assert_eq!(blob.modality, Modality::Image);
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Blob {
    /// Of what kind it is.
    pub modality: Modality,
    /// Its media type, where it is known.
    pub mime_type: Option<String>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Blob {
    /// Bytes of this media type.
    pub fn new(media_type: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        let media_type = media_type.into();
        let modality = Modality::of_media_type(&media_type);
        Self { modality, mime_type: Some(media_type), bytes: bytes.into() }
    }

    /// Bytes of this kind, whose media type is not known.
    pub fn untyped(modality: Modality, bytes: impl Into<Vec<u8>>) -> Self {
        Self { modality, mime_type: None, bytes: bytes.into() }
    }

    /// The bytes in a `data:` URI in base64.
    pub(crate) fn of_data_uri(uri: &str) -> Option<Self> {
        let (media_type, data) = uri.strip_prefix("data:")?.split_once(";base64,")?;
        let media_type = media_type.split(';').next().unwrap_or_default();
        Some(Self::new(media_type, base64::decode(data)?))
    }

    /// The bytes in a text in base64; `None` where it is none.
    pub(crate) fn of_base64(media_type: &str, data: &str) -> Option<Self> {
        Some(Self::new(media_type, base64::decode(data)?))
    }
}

/// Says how many bytes there are, and not which.
impl std::fmt::Debug for Blob {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut blob = formatter.debug_struct("Blob");
        blob.field("modality", &self.modality).field("mime_type", &self.mime_type);
        blob.field("bytes", &self.bytes.len()).finish()
    }
}

/// A model's call of a tool, or a part of one in an item of a stream.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::ToolCall;
/// use serde_json::json;
///
/// let call = ToolCall::new("lookup_order", r#"{"id": 1042}"#).with_id("call_1");
/// assert_eq!(call.arguments, json!({"id": 1042}));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolCall {
    /// The id that the model gave the call, where it gave one.
    pub id: Option<String>,
    /// The tool.
    pub name: String,
    /// What it is called with.
    pub arguments: Value,
    /// In an item of a stream, the position of this call among those of its message. What later
    /// items say of the same position is the same call.
    pub position: Option<usize>,
}

impl ToolCall {
    /// A call of this tool. Arguments that are a JSON object as text, as OpenAI writes them, are read as
    /// that object.
    pub fn new(name: impl Into<String>, arguments: impl Into<Value>) -> Self {
        let arguments = json::parsed_object(arguments.into());
        Self { name: name.into(), arguments, ..Self::default() }
    }

    /// What an item of a stream adds to the call at this position: a piece of its arguments as text.
    pub fn delta(position: usize, arguments: impl Into<String>) -> Self {
        let arguments = Value::String(arguments.into());
        Self { arguments, position: Some(position), ..Self::default() }
    }

    /// The same, with the id of the call.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The same, with the name of the tool.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }
}

/// One part of a message.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::Part;
/// use serde_json::json;
///
/// let parts = [
///     Part::text("Where is my order?"),
///     Part::tool_call("call_1", "lookup_order", json!({"id": 1042})),
///     Part::tool_response("call_1", json!({"state": "shipped"})),
/// ];
/// assert_eq!(parts[0], Part::from("Where is my order?"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// What is said.
    Text(String),
    /// What a model thinks before it answers.
    Reasoning(String),
    /// A call of a tool.
    ToolCall(ToolCall),
    /// What a tool answered.
    ToolResponse {
        /// The id of the call.
        id: Option<String>,
        /// The answer.
        response: Value,
    },
    /// A call of a tool that the provider runs.
    ServerToolCall {
        /// The id of the call.
        id: Option<String>,
        /// The tool.
        name: String,
        /// Which kind of tool it is.
        kind: String,
        /// What else the call says, `type` aside.
        fields: Map<String, Value>,
    },
    /// What a tool of the provider answered.
    ServerToolResponse {
        /// The id of the call.
        id: Option<String>,
        /// Which kind of tool it is.
        kind: String,
        /// What the answer says, `type` aside.
        fields: Map<String, Value>,
    },
    /// Bytes.
    Blob(Blob),
    /// A file that was given to the provider before.
    File {
        /// Of what kind it is.
        modality: Modality,
        /// Its media type.
        mime_type: Option<String>,
        /// The provider's id of the file.
        file_id: String,
    },
    /// Something at an address.
    Uri {
        /// Of what kind it is.
        modality: Modality,
        /// Its media type.
        mime_type: Option<String>,
        /// The address.
        uri: String,
    },
    /// What stands for an earlier part of a conversation.
    Compaction {
        /// The provider's id of it.
        id: Option<String>,
        /// The summary.
        content: Option<String>,
    },
    /// Anything else.
    Other {
        /// What it is.
        kind: String,
        /// What it says, `type` aside.
        fields: Map<String, Value>,
    },
}

impl Part {
    /// What is said.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// What a model thinks before it answers.
    pub fn reasoning(text: impl Into<String>) -> Self {
        Self::Reasoning(text.into())
    }

    /// A call of a tool. Arguments that are a JSON object as text are read as that object.
    pub fn tool_call(
        id: impl Into<String>,
        name: impl Into<String>,
        arguments: impl Into<Value>,
    ) -> Self {
        Self::ToolCall(ToolCall::new(name, arguments).with_id(id))
    }

    /// What a tool answered to the call with this id.
    pub fn tool_response(id: impl Into<String>, response: impl Into<Value>) -> Self {
        Self::ToolResponse { id: Some(id.into()), response: response.into() }
    }

    /// Bytes of this media type.
    pub fn blob(media_type: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self::Blob(Blob::new(media_type, bytes))
    }

    /// A file that was given to the provider before.
    pub fn file(modality: Modality, file_id: impl Into<String>) -> Self {
        Self::File { modality, mime_type: None, file_id: file_id.into() }
    }

    /// Something at an address. A `data:` URI in base64 is the bytes that it holds.
    pub fn uri(modality: Modality, uri: impl Into<String>) -> Self {
        let uri = uri.into();
        match Blob::of_data_uri(&uri) {
            Some(blob) => Self::Blob(blob),
            None => Self::Uri { modality, mime_type: None, uri },
        }
    }

    /// A part of another kind, with what it says. What is no object is kept under the key `value`.
    pub fn other(kind: impl Into<String>, fields: impl Into<Value>) -> Self {
        Self::Other { kind: kind.into(), fields: json::into_object(fields.into()) }
    }

    /// The part by the schema of the conventions.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let object = match self {
            Self::Text(text) => part("text").text("content", text),
            Self::Reasoning(text) => part("reasoning").text("content", text),
            Self::ToolCall(call) => part("tool_call")
                .optional("id", call.id.as_deref())
                .text("name", &call.name)
                .value("arguments", json::bounded_copy(&call.arguments)),
            Self::ToolResponse { id, response } => part("tool_call_response")
                .optional("id", id.as_deref())
                .value("response", json::bounded_copy(response)),
            Self::ServerToolCall { id, name, kind, fields } => part("server_tool_call")
                .optional("id", id.as_deref())
                .text("name", name)
                .value("server_tool_call", part(kind).fields(fields).into_value()),
            Self::ServerToolResponse { id, kind, fields } => part("server_tool_call_response")
                .optional("id", id.as_deref())
                .value("server_tool_call_response", part(kind).fields(fields).into_value()),
            Self::Blob(blob) => of_kind("blob", &blob.modality, blob.mime_type.as_deref())
                .text("content", &base64::encode(&blob.bytes)),
            Self::File { modality, mime_type, file_id } => {
                of_kind("file", modality, mime_type.as_deref()).text("file_id", file_id)
            }
            Self::Uri { modality, mime_type, uri } => {
                of_kind("uri", modality, mime_type.as_deref()).text("uri", uri)
            }
            Self::Compaction { id, content } => part("compaction")
                .optional("id", id.as_deref())
                .optional("content", content.as_deref()),
            Self::Other { kind, fields } => part(kind).fields(fields),
        };
        object.into_value()
    }
}

fn part(kind: &str) -> Object {
    Object::default().text("type", kind)
}

fn of_kind(kind: &str, modality: &Modality, mime_type: Option<&str>) -> Object {
    part(kind).text("modality", modality.as_str()).optional("mime_type", mime_type)
}

macro_rules! texts {
    ($($text:ty),*) => {$(
        impl From<$text> for Part {
            fn from(text: $text) -> Self {
                Self::Text(text.into())
            }
        }
    )*};
}
texts!(&str, String, Cow<'_, str>);

impl From<Blob> for Part {
    fn from(blob: Blob) -> Self {
        Self::Blob(blob)
    }
}

impl From<ToolCall> for Part {
    fn from(call: ToolCall) -> Self {
        Self::ToolCall(call)
    }
}

//! What content is made of, for those who change it: short names, and bodies that may be long.

use serde_json::{Map, Value};

use super::attribute::Content;
use super::message::{Message, OutputMessage, Role};
use super::part::{Modality, Part};
use super::records::{MemoryRecord, RetrievalDocument, ToolDefinition};

/// A text, a value, or the fields of an object.
pub(super) enum Body<'a> {
    Text(&'a mut String),
    Value(&'a mut Value),
    Fields(&'a mut Map<String, Value>),
}

/// What a part, or something else in a list, is made of.
#[derive(Default)]
pub(super) struct Pieces<'a> {
    pub(super) names: Vec<&'a mut String>,
    pub(super) bodies: Vec<Body<'a>>,
}

impl<'a> Pieces<'a> {
    fn name(mut self, name: &'a mut String) -> Self {
        self.names.push(name);
        self
    }

    fn optional(mut self, name: &'a mut Option<String>) -> Self {
        self.names.extend(name);
        self
    }

    fn modality(mut self, modality: &'a mut Modality) -> Self {
        if let Modality::Other(word) = modality {
            self.names.push(word);
        }
        self
    }

    fn body(mut self, body: Body<'a>) -> Self {
        self.bodies.push(body);
        self
    }

    /// Without keys that something else is written to.
    fn fields(self, fields: &'a mut Map<String, Value>, reserved: &[&str]) -> Self {
        reserved.iter().for_each(|&key| drop(fields.remove(key)));
        self.body(Body::Fields(fields))
    }
}

/// What can be taken apart.
pub(super) trait Piecewise {
    fn pieces(&mut self) -> Pieces<'_>;
    fn to_json(&self) -> Value;
}

impl Piecewise for Part {
    fn pieces(&mut self) -> Pieces<'_> {
        let pieces = Pieces::default();
        match self {
            Self::Text(text) | Self::Reasoning(text) => pieces.body(Body::Text(text)),
            Self::ToolCall(call) => pieces
                .optional(&mut call.id)
                .name(&mut call.name)
                .body(Body::Value(&mut call.arguments)),
            Self::ToolResponse { id, response } => pieces.optional(id).body(Body::Value(response)),
            Self::ServerToolCall { id, name, kind, fields } => {
                pieces.optional(id).name(name).name(kind).fields(fields, &["type"])
            }
            Self::ServerToolResponse { id, kind, fields } => {
                pieces.optional(id).name(kind).fields(fields, &["type"])
            }
            Self::Blob(blob) => pieces.modality(&mut blob.modality).optional(&mut blob.mime_type),
            Self::File { modality, mime_type, file_id } => {
                pieces.modality(modality).optional(mime_type).body(Body::Text(file_id))
            }
            Self::Uri { modality, mime_type, uri } => {
                pieces.modality(modality).optional(mime_type).body(Body::Text(uri))
            }
            Self::Compaction { id, content } => {
                let mut pieces = pieces.optional(id);
                pieces.bodies.extend(content.as_mut().map(Body::Text));
                pieces
            }
            Self::Other { kind, fields } => pieces.name(kind).fields(fields, &["type"]),
        }
    }

    fn to_json(&self) -> Value {
        self.to_json()
    }
}

impl Piecewise for ToolDefinition {
    fn pieces(&mut self) -> Pieces<'_> {
        let mut pieces = Pieces::default().name(&mut self.kind).name(&mut self.name);
        pieces.bodies.extend(self.description.as_mut().map(Body::Text));
        pieces.bodies.extend(self.parameters.as_mut().map(Body::Value));
        pieces
    }

    fn to_json(&self) -> Value {
        self.to_json()
    }
}

impl Piecewise for RetrievalDocument {
    fn pieces(&mut self) -> Pieces<'_> {
        let mut reserved = vec!["id", "score"];
        reserved.extend(self.content.is_some().then_some("content"));
        let mut pieces = Pieces::default().optional(&mut self.id);
        pieces.bodies.extend(self.content.as_mut().map(Body::Text));
        pieces.fields(&mut self.fields, &reserved)
    }

    fn to_json(&self) -> Value {
        self.to_json()
    }
}

impl Piecewise for MemoryRecord {
    fn pieces(&mut self) -> Pieces<'_> {
        let pieces = Pieces::default().optional(&mut self.id).body(Body::Value(&mut self.content));
        pieces.fields(&mut self.metadata, &[])
    }

    fn to_json(&self) -> Value {
        self.to_json()
    }
}

/// The names of a message.
pub(super) fn names_of<'a>(
    role: &'a mut Role,
    others: impl IntoIterator<Item = &'a mut Option<String>>,
) -> Vec<&'a mut String> {
    let role = match role {
        Role::Other(word) => Some(word),
        _ => None,
    };
    role.into_iter().chain(others.into_iter().flatten()).collect()
}

impl Message {
    pub(super) fn names(&mut self) -> Vec<&mut String> {
        names_of(&mut self.role, [&mut self.name])
    }
}

impl OutputMessage {
    pub(super) fn names(&mut self) -> Vec<&mut String> {
        names_of(&mut self.role, [&mut self.name, &mut self.finish_reason])
    }
}

impl Content {
    /// Hands out every piece.
    pub(super) fn for_each_piece(&mut self, each: &mut dyn FnMut(Pieces<'_>)) {
        fn all<'a>(
            items: impl IntoIterator<Item = &'a mut (impl Piecewise + 'a)>,
            each: &mut dyn FnMut(Pieces<'_>),
        ) {
            items.into_iter().for_each(|item| each(item.pieces()));
        }

        match self {
            Self::SystemInstructions(parts) => all(parts, each),
            Self::InputMessages(messages) => {
                for message in messages {
                    each(Pieces { names: message.names(), bodies: Vec::new() });
                    all(&mut message.parts, each);
                }
            }
            Self::OutputMessages(messages) => {
                for message in messages {
                    each(Pieces { names: message.names(), bodies: Vec::new() });
                    all(&mut message.parts, each);
                }
            }
            Self::ToolDefinitions(tools) => all(tools, each),
            Self::ToolCallArguments(value) | Self::ToolCallResult(value) => {
                each(Pieces::default().body(Body::Value(value)));
            }
            Self::RetrievalQuery(query) | Self::MemoryQuery(query) | Self::ErrorMessage(query) => {
                each(Pieces::default().body(Body::Text(query)));
            }
            Self::RetrievalDocuments(documents) => all(documents, each),
            Self::MemoryRecords(records) => all(records, each),
        }
    }

    /// Hands out every list of parts.
    pub(super) fn part_lists(&mut self) -> Vec<&mut Vec<Part>> {
        match self {
            Self::SystemInstructions(parts) => vec![parts],
            Self::InputMessages(messages) => {
                messages.iter_mut().map(|message| &mut message.parts).collect()
            }
            Self::OutputMessages(messages) => {
                messages.iter_mut().map(|message| &mut message.parts).collect()
            }
            _ => Vec::new(),
        }
    }
}

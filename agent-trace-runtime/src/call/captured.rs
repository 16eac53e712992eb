//! What content a call may record: read from its arguments in its first poll, and from its result.

use super::arguments::Arguments;
use super::current::current;
use super::outcome::quietly;
use crate::content::{
    Capture, CaptureDocuments, CaptureInstructions, CaptureMessages, CaptureOutput, CaptureRecords,
    CaptureTools, Content, MASK, ObjectBuilder,
};
use crate::value::AttributeText;

/// Each part of content: how a value becomes it, as a method for arguments and as a function for results.
macro_rules! parts {
    ($($(#[$attribute:meta])* $part:ident: $capture:ident => |$value:ident| $content:expr;)*) => {
        impl Arguments {
            $(
                $(#[$attribute])*
                pub fn $part(&mut self, $value: &(impl $capture + ?Sized)) {
                    // What a user's type panics about is not to take the call along.
                    if let Some(Some(content)) = quietly(|| $content) {
                        current().capture(content);
                    }
                }
            )*
        }

        $(
            $(#[$attribute])*
            pub fn $part(value: Option<&(impl $capture + ?Sized)>) {
                if let Some($value) = value
                    && let Some(Some(content)) = quietly(|| $content)
                {
                    current().capture(content);
                }
            }
        )*
    };
}
parts! {
    /// The messages that a model is sent.
    input_messages: CaptureMessages => |value| Some(Content::InputMessages(value.capture_messages()));
    /// Instructions apart from the messages.
    system_instructions: CaptureInstructions =>
        |value| Some(Content::SystemInstructions(value.capture_instructions()));
    /// The tools that a model may call.
    tool_definitions: CaptureTools => |value| Some(Content::ToolDefinitions(value.capture_tools()));
    /// The messages of the answer.
    output_messages: CaptureOutput => |value| Some(Content::OutputMessages(value.capture_output()));
    /// What a tool is called with.
    tool_arguments: Capture => |value| Some(Content::ToolCallArguments(value.capture()));
    /// What a tool returned.
    tool_result: Capture => |value| Some(Content::ToolCallResult(value.capture()));
    /// What is searched for in documents.
    retrieval_query: AttributeText =>
        |value| Some(Content::RetrievalQuery(value.to_text()?.into_owned()));
    /// The documents that were found.
    retrieval_documents: CaptureDocuments =>
        |value| Some(Content::RetrievalDocuments(value.capture_documents()));
    /// What is searched for in a memory.
    memory_query: AttributeText =>
        |value| Some(Content::MemoryQuery(value.to_text()?.into_owned()));
    /// The records of a memory.
    memory_records: CaptureRecords => |value| Some(Content::MemoryRecords(value.capture_records()));
}

/// What a derived capture gives.
pub use serde_json::Value as Json;

/// That there is a value, and not which one.
pub fn masked<T: ?Sized>(_value: &T) -> Json {
    MASK.into()
}

/// A value of which so many bytes are kept.
pub fn bounded(value: &(impl Capture + ?Sized), max_bytes: usize) -> Json {
    ObjectBuilder::bounded_value(value, max_bytes)
}

/// Whether the running call records content.
#[must_use]
pub fn is_on() -> bool {
    current().captures()
}

/// The arguments of a tool, to be filled in.
#[must_use]
pub fn arguments() -> ObjectBuilder {
    ObjectBuilder::default()
}

/// What a closure of the site makes of a success.
pub fn read<'a, T, C>(success: Option<&'a T>, read: impl FnOnce(&'a T) -> C) -> Option<C> {
    success.map(read)
}

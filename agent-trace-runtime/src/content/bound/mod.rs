//! Holding content within bounds: each part, each message, and the whole attribute.

mod cut;
mod lists;
mod value;

pub(crate) use cut::{cut_at_word, drop_last_word, end_before_last_word};

use serde_json::Value;
use sha2::{Digest, Sha256};

use self::cut::{cut_text, cut_words};
use self::lists::{bound_each, bound_messages};
use self::value::shrink;
use super::attribute::Content;
use super::json::{self, Object};
use super::part::{Blob, Part};
use super::pieces::Body;
use super::{MemoryRecord, RetrievalDocument, ToolDefinition};

/// The longest name, id, role, media type or finish reason, in bytes of JSON.
const MAX_NAME: usize = 256;

/// The least that the parts of content can be held to.
const MIN_PART: usize = 1024;
const MIN_MESSAGE: usize = 2048;
const MIN_TOTAL: usize = 4096;

/// What saying how much was left out of a list may take.
const MARKER: usize = 96;

/// How many bytes of JSON content may take, structure and escapes included.
///
/// Limits below the least possible are raised to it: 1 KiB for a part, 2 KiB for a message, 4 KiB in
/// all. Nothing in content is larger than what it is a part of.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::Limits;
///
/// let limits = Limits::default().with_total_bytes(64 * 1024);
/// assert_eq!((limits.part_bytes, limits.message_bytes), (16 * 1024, 64 * 1024));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Of a part of a message, a tool definition, a document, a record or a query; 16 KiB by default.
    pub part_bytes: usize,
    /// Of a message, and of the arguments or the result of a tool; 64 KiB by default.
    pub message_bytes: usize,
    /// Of one attribute, and of all content of one call together; 256 KiB by default.
    pub total_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { part_bytes: 16 * 1024, message_bytes: 64 * 1024, total_bytes: 256 * 1024 }
    }
}

impl Limits {
    /// The same, with another limit for a part.
    #[must_use]
    pub fn with_part_bytes(self, part_bytes: usize) -> Self {
        Self { part_bytes, ..self }
    }

    /// The same, with another limit for a message.
    #[must_use]
    pub fn with_message_bytes(self, message_bytes: usize) -> Self {
        Self { message_bytes, ..self }
    }

    /// The same, with another limit for the whole.
    #[must_use]
    pub fn with_total_bytes(self, total_bytes: usize) -> Self {
        Self { total_bytes, ..self }
    }

    /// The limits that are in force.
    #[must_use]
    pub fn effective(self) -> Self {
        let total_bytes = self.total_bytes.max(MIN_TOTAL);
        let message_bytes = self.message_bytes.clamp(MIN_MESSAGE, total_bytes - 2 * MARKER);
        let part_bytes = self.part_bytes.clamp(MIN_PART, message_bytes);
        Self { part_bytes, message_bytes, total_bytes }
    }
}

impl Content {
    /// Holds the content within these limits, and says where something was cut, and how much.
    ///
    /// - A text ends with `…[123 bytes cut]`; a list or an object with how many elements or entries are
    ///   missing; what is nested more than 64 levels deep is replaced by a text.
    /// - Names, ids, roles and finish reasons keep 256 bytes.
    /// - Large parts give way before small ones. Where even the least of each does not fit, the last
    ///   parts of a message are left out, the *oldest* input messages, and the last output messages,
    ///   so that those that stay keep the positions of their choices. A part of the type `truncated`
    ///   says how many are missing.
    /// - Bytes become a part of the type `blob_digest`, with their size, media type and SHA-256.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::content::{Content, Limits, Message};
    ///
    /// let mut content = Content::InputMessages(vec![Message::user("ha".repeat(1_000_000))]);
    /// content.bound(&Limits::default());
    /// let json = content.to_json();
    /// assert!(json.to_string().len() < 17_000);
    /// assert!(json[0]["parts"][0]["content"].as_str().unwrap().ends_with(" bytes cut]"));
    /// ```
    pub fn bound(&mut self, limits: &Limits) {
        let limits = limits.effective();
        self.cap_depth();
        self.digest_blobs();
        self.for_each_piece(&mut |pieces| {
            pieces.names.into_iter().for_each(|name| cut_text(name, MAX_NAME));
        });
        match self {
            Self::SystemInstructions(parts) => {
                bound_each(parts, limits.part_bytes, limits.total_bytes, |left_out| {
                    truncated("parts", left_out)
                });
            }
            Self::InputMessages(messages) => bound_messages(messages, limits),
            Self::OutputMessages(messages) => bound_messages(messages, limits),
            Self::ToolDefinitions(tools) => {
                bound_each(tools, limits.part_bytes, limits.total_bytes, |left_out| {
                    ToolDefinition::new("truncated", format!("…[{left_out} tools cut]"))
                });
            }
            Self::ToolCallArguments(value) | Self::ToolCallResult(value) => {
                let object = json::into_object(value.take());
                *value = Value::Object(object);
                value::trim_texts(value, limits.part_bytes);
                shrink(value, limits.message_bytes, cut_text);
            }
            Self::RetrievalQuery(query) | Self::MemoryQuery(query) | Self::ErrorMessage(query) => {
                cut_text(query, limits.part_bytes - 2);
            }
            Self::RetrievalDocuments(documents) => {
                bound_each(documents, limits.part_bytes, limits.total_bytes, |left_out| {
                    RetrievalDocument::default().with_field("truncated", left_out)
                });
            }
            Self::MemoryRecords(records) => {
                bound_each(records, limits.part_bytes, limits.total_bytes, |left_out| {
                    MemoryRecord::new(format!("…[{left_out} records cut]"))
                });
            }
        }
    }

    /// Replaces what is nested too deeply.
    pub(super) fn cap_depth(&mut self) {
        self.for_each_piece(&mut |pieces| {
            for body in pieces.bodies {
                match body {
                    Body::Text(_) => {}
                    Body::Value(value) => json::cap_depth(value),
                    Body::Fields(fields) => fields.values_mut().for_each(json::cap_depth),
                }
            }
        });
    }

    fn digest_blobs(&mut self) {
        for part in self.part_lists().into_iter().flatten() {
            if let Part::Blob(blob) = part {
                *part = digest(blob);
            }
        }
    }
}

/// Makes a captured value fit that is still to be redacted.
pub(crate) fn cut_value(value: &mut Value, max_bytes: usize) {
    json::cap_depth(value);
    shrink(value, max_bytes, cut_words);
}

/// What is recorded of bytes.
fn digest(blob: &Blob) -> Part {
    let sha256 = Sha256::digest(&blob.bytes);
    let fields = Object::default()
        .text("modality", blob.modality.as_str())
        .optional("mime_type", blob.mime_type.as_deref())
        .value("bytes", blob.bytes.len())
        .value("sha256", sha256.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    Part::other("blob_digest", fields.into_value())
}

/// A part that says how many of these are missing.
fn truncated(what: &str, left_out: usize) -> Part {
    Part::other("truncated", Object::default().value(what, left_out).into_value())
}

#[cfg(test)]
mod tests;

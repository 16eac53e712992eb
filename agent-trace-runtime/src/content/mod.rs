//! Content: what goes into a model, a tool, a retrieval or a memory, and what comes out.
//!
//! Nothing of it is recorded unless that is switched on. What is recorded follows the JSON schemas of
//! the conventions: [`Message`]s of [`Part`]s, [`ToolDefinition`]s, [`RetrievalDocument`]s,
//! [`MemoryRecord`]s; one attribute holds one [`Content`].
//!
//! The values of an application become content by [`Capture`], [`CaptureMessages`],
//! [`CaptureInstructions`], [`CaptureTools`], [`CaptureOutput`], [`CaptureDocuments`] and [`CaptureRecords`], which texts,
//! lists, JSON in the forms of the providers' requests, and the types here implement. What is in a
//! [`Sensitive`] no capture can see.
//!
//! On its way to an attribute, content is given to an [`Upload`], then to a [`Redact`], and then held
//! within [`Limits`]: see [`Content::prepare`].
//!
//! # Examples
//!
//! ```
//! use agent_trace_runtime::content::{Content, Limits, Message, Redact};
//!
//! let messages = vec![Message::system("Be brief."), Message::user("I am 1042, secret")];
//! let redactor = |mut content: Content| {
//!     content.map_text(|text| *text = text.replace("secret", "[redacted]"));
//!     Some(content)
//! };
//! let content = Content::InputMessages(messages);
//! assert_eq!(content.key(), "gen_ai.input.messages");
//! let json = content.prepare(Some(&redactor), None, &Limits::default()).unwrap();
//! assert_eq!(json[1]["parts"][0]["content"], "I am 1042, [redacted]");
//! ```

mod any_value;
mod attribute;
pub(crate) mod base64;
mod bound;
mod capture;
mod collected;
pub(crate) mod formats;
mod json;
mod message;
mod part;
#[cfg(feature = "redaction")]
mod patterns;
mod pieces;
mod prepare;
pub(crate) mod providers;
mod records;
mod redact;
mod sensitive;

#[cfg(feature = "macros")]
pub use agent_trace_macros::Capture;
pub use any_value::to_any_value;
pub use attribute::Content;
pub use bound::Limits;
pub(crate) use bound::end_before_last_word;
#[doc(hidden)]
pub use capture::ObjectBuilder;
pub use capture::{
    Capture, CaptureDocuments, CaptureInstructions, CaptureMessages, CaptureOutput, CaptureRecords,
    CaptureTools,
};
pub use collected::Collected;
pub use message::{Message, OutputMessage, Role};
pub use part::{Blob, Modality, Part, ToolCall};
#[cfg(feature = "redaction")]
pub use patterns::{PatternError, PatternKind, Patterns};
pub use prepare::Upload;
pub use records::{MemoryRecord, RetrievalDocument, ToolDefinition};
pub use redact::Redact;
pub use sensitive::{MASK, Sensitive};

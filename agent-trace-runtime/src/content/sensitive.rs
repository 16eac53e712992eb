//! Values that no capture can see.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use super::capture::{
    Capture, CaptureDocuments, CaptureInstructions, CaptureMessages, CaptureRecords, CaptureTools,
};
use super::{MemoryRecord, Message, Part, RetrievalDocument, ToolDefinition};
use crate::value::AttributeText;

/// What stands for a value that is not to be seen.
pub const MASK: &str = "***";

/// A value that no capture can see: each gets [`MASK`] in its place, and so do `Debug` and `Display`.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::{Capture, Sensitive};
///
/// let password = Sensitive::new(String::from("tr0ub4dor"));
/// assert_eq!(password.capture(), "***");
/// assert_eq!(format!("{password:?} {password}"), "*** ***");
/// assert_eq!(password.expose(), "tr0ub4dor");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Sensitive<T: ?Sized>(T);

impl<T> Sensitive<T> {
    /// Hides a value from captures.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: ?Sized> Sensitive<T> {
    /// The value, to be used.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value, to be changed.
    pub const fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: ?Sized> fmt::Debug for Sensitive<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MASK)
    }
}

impl<T: ?Sized> fmt::Display for Sensitive<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MASK)
    }
}

impl<T: ?Sized> Capture for Sensitive<T> {
    fn capture(&self) -> Value {
        MASK.into()
    }
}

/// A query is captured as such a text.
impl<T: ?Sized> AttributeText for Sensitive<T> {
    fn to_text(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(MASK))
    }
}

impl<T: ?Sized> CaptureMessages for Sensitive<T> {
    fn capture_messages(&self) -> Vec<Message> {
        vec![Message::user(MASK)]
    }
}

impl<T: ?Sized> CaptureInstructions for Sensitive<T> {
    fn capture_instructions(&self) -> Vec<Part> {
        vec![Part::text(MASK)]
    }
}

impl<T: ?Sized> CaptureTools for Sensitive<T> {
    fn capture_tools(&self) -> Vec<ToolDefinition> {
        vec![ToolDefinition::function(MASK)]
    }
}

impl<T: ?Sized> CaptureDocuments for Sensitive<T> {
    fn capture_documents(&self) -> Vec<RetrievalDocument> {
        vec![RetrievalDocument::of_content(MASK)]
    }
}

impl<T: ?Sized> CaptureRecords for Sensitive<T> {
    fn capture_records(&self) -> Vec<MemoryRecord> {
        vec![MemoryRecord::new(MASK)]
    }
}

#[cfg(test)]
mod tests {
    use super::super::Content;
    use super::*;

    #[test]
    fn no_capture_sees_through() {
        let hidden = || Sensitive::new(String::from("tr0ub4dor"));
        let list = vec![Some(hidden())];
        let contents = [
            Content::ToolCallResult(list.capture()),
            Content::ToolCallArguments((1, hidden()).capture()),
            Content::InputMessages(list.capture_messages()),
            Content::SystemInstructions(list.capture_instructions()),
            Content::ToolDefinitions(list.capture_tools()),
            Content::RetrievalDocuments(list.capture_documents()),
            Content::MemoryRecords(list.capture_records()),
        ];
        for content in contents {
            let json = content.to_json().to_string();
            assert!(json.contains(MASK) && !json.contains("tr0ub4dor"), "{json}");
        }
        #[derive(Debug)]
        #[allow(dead_code)]
        struct Login {
            password: Sensitive<String>,
        }
        assert_eq!(format!("{:?}", Login { password: hidden() }), "Login { password: *** }");
    }
}

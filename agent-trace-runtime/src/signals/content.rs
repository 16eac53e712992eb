//! Whether content is recorded, and what it passes through on its way.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::content::{Content, Limits, Redact, Upload};

/// Where the content of calls is recorded: prompts, replies, the arguments and results of tools.
///
/// `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` chooses as well: `NO_CONTENT`, `SPAN_ONLY`,
/// `EVENT_ONLY`, `SPAN_AND_EVENT`. Only what a site names in `capture(…)` is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContentCapture {
    /// Nowhere.
    #[default]
    Off,
    /// On spans, as JSON.
    Spans,
    /// On the log event of an inference, as structured values. Other calls have no event for it.
    Events,
    /// On both.
    SpansAndEvents,
}

impl ContentCapture {
    /// What the variable calls each of them.
    pub(crate) const WORDS: [(&str, Self); 4] = [
        ("NO_CONTENT", Self::Off),
        ("SPAN_ONLY", Self::Spans),
        ("EVENT_ONLY", Self::Events),
        ("SPAN_AND_EVENT", Self::SpansAndEvents),
    ];

    pub(crate) fn parse(word: &str) -> Option<Self> {
        let mut words = Self::WORDS.iter();
        words.find(|(known, _)| word.eq_ignore_ascii_case(known)).map(|(_, capture)| *capture)
    }

    pub(crate) const fn is_on_spans(self) -> bool {
        matches!(self, Self::Spans | Self::SpansAndEvents)
    }

    pub(crate) const fn is_on_events(self) -> bool {
        matches!(self, Self::Events | Self::SpansAndEvents)
    }

    pub(crate) const fn is_on(self) -> bool {
        !matches!(self, Self::Off)
    }
}

/// What content passes through.
#[derive(Clone, Default)]
pub(crate) struct ContentSettings {
    pub(crate) capture: ContentCapture,
    pub(crate) redactor: Option<Arc<dyn Redact>>,
    pub(crate) upload: Option<Arc<dyn Upload>>,
    pub(crate) limits: Limits,
}

impl fmt::Debug for ContentSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ContentSettings")
            .field("capture", &self.capture)
            .field("redactor", &self.redactor.is_some())
            .field("upload", &self.upload.is_some())
            .field("limits", &self.limits)
            .finish()
    }
}

impl ContentSettings {
    /// What is recorded of the contents of one call, which share the limit of the whole.
    pub(crate) fn prepare(&self, contents: Vec<Content>) -> Vec<(&'static str, Value)> {
        let mut left = self.limits.total_bytes;
        let mut prepared = Vec::with_capacity(contents.len());
        for content in contents {
            let key = content.key();
            if let Some(value) = self.prepare_one(content, left) {
                left = left.saturating_sub(value.to_string().len());
                prepared.push((key, value));
            }
        }
        prepared
    }

    fn prepare_one(&self, content: Content, total_bytes: usize) -> Option<Value> {
        let limits = self.limits.with_total_bytes(total_bytes);
        content.prepare(self.redactor.as_deref(), self.upload.as_deref(), &limits)
    }

    /// The text of an error as it is recorded: it may quote content, and so is redacted as that is.
    pub(crate) fn error_text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.redactor.is_none() {
            return Cow::Borrowed(text);
        }
        match self.prepare_one(Content::ErrorMessage(text.to_owned()), self.limits.total_bytes) {
            Some(Value::String(text)) => Cow::Owned(text),
            _ => Cow::Borrowed(""),
        }
    }
}

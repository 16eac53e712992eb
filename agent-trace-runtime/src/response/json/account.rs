//! What a body was found to tell, whichever its format.

use std::borrow::Cow;

use super::lenient::Text;
use crate::response::{FinishReason, InferenceResponse, Usage};

#[derive(Default)]
pub(super) struct Account<'a> {
    pub(super) usage: Option<Usage>,
    pub(super) model: Text<'a>,
    pub(super) id: Text<'a>,
    pub(super) finished: Vec<FinishReason<'a>>,
    pub(super) choice_count: usize,
    pub(super) service_tier: Text<'a>,
    pub(super) system_fingerprint: Text<'a>,
    pub(super) error_type: Option<Cow<'a, str>>,
}

impl<'a> Account<'a> {
    /// Adds the finish reason of a response in a format that knows one choice only.
    pub(super) fn finished(mut self, reason: Text<'a>) -> Self {
        if let Some(reason) = reason.0 {
            self.finished.push(FinishReason { choice: 0, reason });
            self.choice_count = 1;
        }
        self
    }
}

impl InferenceResponse for Account<'_> {
    fn usage(&self) -> Option<Usage> {
        self.usage
    }

    fn response_model(&self) -> Option<&str> {
        self.model.0.as_deref()
    }

    fn response_id(&self) -> Option<&str> {
        self.id.0.as_deref()
    }

    fn finished_choices(&self) -> Vec<FinishReason<'_>> {
        let finished = self.finished.iter();
        finished.map(|finished| FinishReason::new(finished.choice, &*finished.reason)).collect()
    }

    fn choice_count(&self) -> usize {
        self.choice_count
    }

    fn service_tier(&self) -> Option<&str> {
        self.service_tier.0.as_deref()
    }

    fn system_fingerprint(&self) -> Option<&str> {
        self.system_fingerprint.0.as_deref()
    }

    fn error_type(&self) -> Option<Cow<'_, str>> {
        self.error_type.as_deref().map(Cow::Borrowed)
    }
}

/// The first text that is there.
pub(super) fn first<'a>(texts: impl IntoIterator<Item = Text<'a>>) -> Text<'a> {
    Text(texts.into_iter().find_map(|text| text.0))
}

/// The text as it stands in the body, where it stands there without escapes.
pub(super) fn borrowed<'a>(text: Text<'a>) -> Option<&'a str> {
    match text.0? {
        Cow::Borrowed(text) => Some(text),
        Cow::Owned(_) => None,
    }
}

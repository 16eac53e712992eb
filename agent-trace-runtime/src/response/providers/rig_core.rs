//! `rig-core`: completions and embeddings. Its counts are totals for every provider.
//!
//! The events of its streams carry content only; what a stream used, its completion tells.

use std::borrow::Cow;

use rig_core::completion::{CompletionResponse, FinishReason as Reason, Usage as RigUsage};
use rig_core::embeddings::EmbeddingResponse;

use crate::content::OutputMessage;
use crate::content::providers::rig_parts;
use crate::response::usage::Counts;
use crate::response::{InferenceResponse, Usage};

impl InferenceResponse for CompletionResponse {
    fn usage(&self) -> Option<Usage> {
        usage(&self.usage)
    }

    fn response_model(&self) -> Option<&str> {
        self.model()
    }

    fn response_id(&self) -> Option<&str> {
        self.response_id()
    }

    // The provider's own words stand in its document, if that was kept; others were normalized.
    fn finish_reasons(&self) -> Vec<Cow<'_, str>> {
        let told = self.raw.finished_choices();
        if !told.is_empty() {
            return told.into_iter().map(|finished| finished.reason).collect();
        }
        let reason = self.finish_reason().and_then(word);
        reason.into_iter().collect()
    }

    fn service_tier(&self) -> Option<&str> {
        self.raw.service_tier()
    }

    fn system_fingerprint(&self) -> Option<&str> {
        self.raw.system_fingerprint()
    }

    fn output_messages(&self) -> Vec<OutputMessage> {
        let message = OutputMessage::new(rig_parts(&self.choice));
        let finish_reason = self.finish_reasons().into_iter().next().map(Cow::into_owned);
        vec![OutputMessage { finish_reason, ..message }]
    }
}

impl InferenceResponse for EmbeddingResponse {
    fn usage(&self) -> Option<Usage> {
        usage(&self.usage)
    }

    fn response_model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    fn response_id(&self) -> Option<&str> {
        self.response_id.as_deref()
    }
}

fn word(reason: Reason) -> Option<Cow<'static, str>> {
    Some(match reason {
        Reason::Stop => "stop".into(),
        Reason::Length => "length".into(),
        Reason::ToolCalls => "tool_calls".into(),
        Reason::ContentFilter => "content_filter".into(),
        Reason::Other(word) => word.into(),
        _ => return None,
    })
}

fn usage(stated: &RigUsage) -> Option<Usage> {
    let counts = Counts {
        input: stated.input_tokens,
        output: stated.output_tokens,
        cache_read: stated.cached_input_tokens,
        cache_write: stated.cache_creation_input_tokens,
        reasoning: stated.reasoning_tokens,
        ..Counts::default()
    };
    Usage::of(counts)
}

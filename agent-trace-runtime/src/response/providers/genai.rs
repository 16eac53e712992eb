//! `genai`: chat, whole and streamed, and embeddings. Its counts are totals for every provider.
//!
//! A stream tells only what its options capture: `with_capture_usage(true)`.

use std::borrow::Cow;

use genai::chat::{ChatResponse, ChatStreamEvent, StopReason, Usage as GenaiUsage};
use genai::embed::EmbedResponse;

use super::count;
use crate::response::usage::Counts;
use crate::response::{InferenceResponse, Usage};

impl InferenceResponse for ChatResponse {
    fn usage(&self) -> Option<Usage> {
        usage(&self.usage)
    }

    fn response_model(&self) -> Option<&str> {
        Some(self.provider_model_iden.model_name.as_str())
    }

    fn response_id(&self) -> Option<&str> {
        self.response_id.as_deref()
    }

    fn finish_reasons(&self) -> Vec<Cow<'_, str>> {
        words(self.stop_reason.as_ref())
    }
}

/// The last event tells.
impl InferenceResponse for ChatStreamEvent {
    fn usage(&self) -> Option<Usage> {
        match self {
            Self::End(end) => end.captured_usage.as_ref().and_then(usage),
            _ => None,
        }
    }

    fn response_id(&self) -> Option<&str> {
        match self {
            Self::End(end) => end.captured_response_id.as_deref(),
            _ => None,
        }
    }

    fn finish_reasons(&self) -> Vec<Cow<'_, str>> {
        match self {
            Self::End(end) => words(end.captured_stop_reason.as_ref()),
            _ => Vec::new(),
        }
    }
}

impl InferenceResponse for EmbedResponse {
    fn usage(&self) -> Option<Usage> {
        usage(&self.usage)
    }

    fn response_model(&self) -> Option<&str> {
        Some(self.provider_model_iden.model_name.as_str())
    }
}

fn words(reason: Option<&StopReason>) -> Vec<Cow<'_, str>> {
    reason.map(|reason| Cow::Borrowed(reason.raw())).into_iter().collect()
}

fn usage(stated: &GenaiUsage) -> Option<Usage> {
    let input = stated.prompt_tokens_details.as_ref();
    let output = stated.completion_tokens_details.as_ref();
    let counts = Counts {
        input: count(stated.prompt_tokens),
        output: count(stated.completion_tokens),
        cache_read: input.and_then(|input| count(input.cached_tokens)),
        cache_write: input.and_then(|input| count(input.cache_creation_tokens)),
        reasoning: output.and_then(|output| count(output.reasoning_tokens)),
        input_of: [None, None, input.and_then(|input| count(input.audio_tokens))],
        output_of: [None, None, output.and_then(|output| count(output.audio_tokens))],
        cache_read_of: [None; 3],
    };
    Usage::of(counts)
}

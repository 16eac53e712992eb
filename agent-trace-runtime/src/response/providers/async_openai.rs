//! `async-openai`: chat completions and their chunks, the responses API and its events, embeddings.

#[cfg(feature = "async-openai-client")]
mod error;
mod responses;

use std::borrow::Cow;

use async_openai::types::chat::{
    CompletionUsage, CreateChatCompletionResponse, CreateChatCompletionStreamResponse,
    FinishReason as Reason, ServiceTier,
};
use async_openai::types::embeddings::{CreateBase64EmbeddingResponse, CreateEmbeddingResponse};

use super::{count, said};
use crate::content::OutputMessage;
use crate::response::usage::Counts;
use crate::response::{FinishReason, InferenceResponse, Usage};

macro_rules! completions {
    ($($completion:ty),*) => {$(
        impl InferenceResponse for $completion {
            fn usage(&self) -> Option<Usage> {
                self.usage.as_ref().map(usage)
            }

            fn response_model(&self) -> Option<&str> {
                Some(&self.model)
            }

            fn response_id(&self) -> Option<&str> {
                Some(&self.id)
            }

            fn finish_reasons(&self) -> Vec<Cow<'_, str>> {
                let reasons = self.choices.iter().map(|choice| choice.finish_reason);
                reasons.map(|reason| Cow::Borrowed(reason.map_or("error", word))).collect()
            }

            fn finished_choices(&self) -> Vec<FinishReason<'_>> {
                let choices = self.choices.iter().map(|choice| (choice.index, choice.finish_reason));
                choices
                    .filter_map(|(index, reason)| {
                        Some(FinishReason::new(usize::try_from(index).ok()?, word(reason?)))
                    })
                    .collect()
            }

            fn choice_count(&self) -> usize {
                let positions = self.choices.iter().map(|choice| usize::try_from(choice.index));
                positions.flatten().max().map_or(0, |last| last.saturating_add(1))
            }

            fn service_tier(&self) -> Option<&str> {
                self.service_tier.as_ref().map(tier)
            }

            #[expect(deprecated, reason = "services that are compatible with OpenAI still send it")]
            fn system_fingerprint(&self) -> Option<&str> {
                self.system_fingerprint.as_deref()
            }

            fn output_messages(&self) -> Vec<OutputMessage> {
                said(self)
            }
        }
    )*};
}
completions!(CreateChatCompletionResponse, CreateChatCompletionStreamResponse);

macro_rules! embeddings {
    ($($embedding:ty),*) => {$(
        impl InferenceResponse for $embedding {
            fn usage(&self) -> Option<Usage> {
                Some(Usage::default().with_input(self.usage.prompt_tokens.into()))
            }

            fn response_model(&self) -> Option<&str> {
                Some(&self.model)
            }
        }
    )*};
}
embeddings!(CreateEmbeddingResponse, CreateBase64EmbeddingResponse);

fn usage(stated: &CompletionUsage) -> Usage {
    let input = stated.prompt_tokens_details.as_ref();
    let output = stated.completion_tokens_details.as_ref();
    let reasoning = output.and_then(|output| count(output.reasoning_tokens));
    let counts = Counts {
        input: Some(stated.prompt_tokens.into()),
        output: Some(stated.completion_tokens.into()),
        cache_read: input.and_then(|input| count(input.cached_tokens)),
        cache_write: input.and_then(|input| count(input.cache_write_tokens)),
        reasoning,
        input_of: input.map_or([None; 3], |input| {
            [count(input.text_tokens), count(input.image_tokens), count(input.audio_tokens)]
        }),
        output_of: output.map_or([None; 3], |output| {
            [count(output.text_tokens), None, count(output.audio_tokens)]
        }),
        cache_read_of: [None; 3],
    };
    Usage::with_total(counts, Some(stated.total_tokens.into()))
}

fn word(reason: Reason) -> &'static str {
    match reason {
        Reason::Stop => "stop",
        Reason::Length => "length",
        Reason::ToolCalls => "tool_calls",
        Reason::ContentFilter => "content_filter",
        Reason::FunctionCall => "function_call",
    }
}

fn tier(tier: &ServiceTier) -> &'static str {
    match tier {
        ServiceTier::Auto => "auto",
        ServiceTier::Default => "default",
        ServiceTier::Flex => "flex",
        ServiceTier::Scale => "scale",
        ServiceTier::Priority => "priority",
        ServiceTier::Fast => "fast",
    }
}

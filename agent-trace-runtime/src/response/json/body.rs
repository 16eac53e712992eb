//! The keys of all formats that tell something, read in one pass. Everything else is skipped.

use std::fmt;

use serde_core::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::lenient::{Count, Flag, Object, Text, nothing, objects};
use super::stated_error::StatedError;
use crate::response::FinishReason;

objects! {
    /// A whole body, or an event of a stream.
    Body<'de> with own: Statement<'de> {
        kind: Text<'de> = "type" | "event_type";
        object: Text<'de> = "object";
        code: Text<'de> = "code";
        choices: Option<Choices<'de>> = "choices";
        x_groq: Option<Statement<'de>> = "x_groq";
        candidates: Option<Choices<'de>> = "candidates";
        usage_metadata: Option<Box<UsageMetadata>> = "usageMetadata";
        prompt_feedback: Option<PromptFeedback<'de>> = "promptFeedback";
        model_version: Text<'de> = "modelVersion";
        gemini_response_id: Text<'de> = "responseId";
        done: Flag = "done";
        done_reason: Text<'de> = "done_reason";
        prompt_eval_count: Count = "prompt_eval_count";
        eval_count: Count = "eval_count";
        message: Option<Statement<'de>> = "message";
        response: Option<Statement<'de>> = "response";
        delta: Option<Statement<'de>> = "delta";
        metadata: Option<Statement<'de>> = "metadata";
        message_stop: Option<Statement<'de>> = "messageStop";
        invocation_metrics: Option<InvocationMetrics> = "amazon-bedrock-invocationMetrics";
    }

    /// What Bedrock adds to the last event of any model's own format.
    InvocationMetrics {
        input: Count = "inputTokenCount";
        output: Count = "outputTokenCount";
        cache_read: Count = "cacheReadInputTokenCount";
        cache_write: Count = "cacheWriteInputTokenCount";
    }

    /// What stands at the top of a body in some formats, and one level below in others.
    Statement<'de> {
        id: Text<'de> = "id";
        model: Text<'de> = "model";
        service_tier: Text<'de> = "service_tier";
        system_fingerprint: Text<'de> = "system_fingerprint";
        status: Text<'de> = "status";
        incomplete_details: IncompleteDetails<'de> = "incomplete_details";
        finish_reason: Text<'de> = "finish_reason";
        stop_reason: Text<'de> = "stop_reason";
        converse_stop_reason: Text<'de> = "stopReason";
        cohere_response_id: Text<'de> = "response_id";
        generation_id: Text<'de> = "generation_id";
        usage: Option<Box<StatedUsage>> = "usage";
        meta: Option<Box<StatedUsage>> = "meta";
        error: StatedError<'de> = "error";
    }

    IncompleteDetails<'de> {
        reason: Text<'de> = "reason";
    }

    PromptFeedback<'de> {
        block_reason: Text<'de> = "blockReason";
    }

    /// Counts of all formats that have them below `usage`, and Cohere's `meta`.
    StatedUsage {
        prompt_tokens: Count = "prompt_tokens";
        completion_tokens: Count = "completion_tokens";
        total_tokens: Count = "total_tokens";
        prompt_cache_hit_tokens: Count = "prompt_cache_hit_tokens";
        cached_tokens: Count = "cached_tokens";
        input_tokens: Count = "input_tokens";
        output_tokens: Count = "output_tokens";
        cache_read_input_tokens: Count = "cache_read_input_tokens";
        cache_creation_input_tokens: Count = "cache_creation_input_tokens";
        input_details: Details =
            "prompt_tokens_details" | "input_tokens_details" | "input_token_details";
        output_details: Details =
            "completion_tokens_details" | "output_tokens_details" | "output_token_details";
        converse_input: Count = "inputTokens";
        converse_output: Count = "outputTokens";
        converse_cache_read: Count = "cacheReadInputTokens";
        converse_cache_write: Count = "cacheWriteInputTokens";
        billed_units: Option<Tokens> = "billed_units";
        tokens: Option<Tokens> = "tokens";
    }

    /// OpenAI's breakdown of a total.
    Details {
        cached_tokens: Count = "cached_tokens";
        cache_write_tokens: Count = "cache_write_tokens";
        reasoning_tokens: Count = "reasoning_tokens";
        text_tokens: Count = "text_tokens";
        image_tokens: Count = "image_tokens";
        audio_tokens: Count = "audio_tokens";
        cached_details: CachedDetails = "cached_tokens_details";
    }

    CachedDetails {
        text_tokens: Count = "text_tokens";
        image_tokens: Count = "image_tokens";
        audio_tokens: Count = "audio_tokens";
    }

    /// Cohere's two ways to count.
    Tokens {
        input_tokens: Count = "input_tokens";
        output_tokens: Count = "output_tokens";
    }

    /// Gemini's counts.
    UsageMetadata {
        prompt: Count = "promptTokenCount";
        tool_use_prompt: Count = "toolUsePromptTokenCount";
        cached_content: Count = "cachedContentTokenCount";
        candidates: Count = "candidatesTokenCount" | "responseTokenCount";
        thoughts: Count = "thoughtsTokenCount";
        prompt_details: ModalityCounts = "promptTokensDetails";
        tool_use_prompt_details: ModalityCounts = "toolUsePromptTokensDetails";
        cache_details: ModalityCounts = "cacheTokensDetails";
        candidates_details: ModalityCounts = "candidatesTokensDetails" | "responseTokensDetails";
    }

    ModalityCount<'de> {
        modality: Text<'de> = "modality";
        count: Count = "tokenCount";
    }

    Choice<'de> {
        index: Count = "index";
        reason: Text<'de> = "finish_reason" | "finishReason";
        usage: Option<Box<StatedUsage>> = "usage";
    }
}

/// The choices of a response: how many there are, and which have finished.
#[derive(Default)]
pub(super) struct Choices<'de> {
    pub(super) finished: Vec<FinishReason<'de>>,
    pub(super) count: usize,
    /// Moonshot's usage, which stands in the choice that finishes.
    pub(super) usage: Option<Box<StatedUsage>>,
}

impl<'de> Deserialize<'de> for Choices<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ChoicesVisitor;

        impl<'de> Visitor<'de> for ChoicesVisitor {
            type Value = Choices<'de>;

            nothing!(bool u64 i64 f64 str unit map);

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("anything")
            }

            fn visit_seq<A: SeqAccess<'de>>(
                self,
                mut elements: A,
            ) -> Result<Choices<'de>, A::Error> {
                let mut choices = Choices::default();
                let mut position = 0;
                while let Some(choice) = elements.next_element::<Choice<'de>>()? {
                    choices.add(choice, position);
                    position += 1;
                }
                Ok(choices)
            }
        }

        deserializer.deserialize_any(ChoicesVisitor)
    }
}

impl<'de> Choices<'de> {
    fn add(&mut self, choice: Choice<'de>, position: usize) {
        let stated = choice.index.0.and_then(|index| usize::try_from(index).ok());
        let index = stated.unwrap_or(position);
        self.count = self.count.max(index.saturating_add(1));
        if let Some(reason) = choice.reason.0 {
            self.finished.push(FinishReason { choice: index, reason });
        }
        self.usage = choice.usage.or(self.usage.take());
    }
}

/// Gemini's list of counts, in the order of [`Modality`](crate::response::Modality).
#[derive(Clone, Copy, Default)]
pub(super) struct ModalityCounts(pub(super) [Option<u64>; 3]);

impl<'de> Deserialize<'de> for ModalityCounts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ModalityCountsVisitor;

        impl<'de> Visitor<'de> for ModalityCountsVisitor {
            type Value = ModalityCounts;

            nothing!(bool u64 i64 f64 str unit map);

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("anything")
            }

            fn visit_seq<A: SeqAccess<'de>>(
                self,
                mut elements: A,
            ) -> Result<ModalityCounts, A::Error> {
                let mut counts = [None; 3];
                while let Some(part) = elements.next_element::<ModalityCount<'de>>()? {
                    let names = ["TEXT", "IMAGE", "AUDIO"];
                    if let Some(modality) = names.iter().position(|name| part.modality.is(name)) {
                        counts[modality] = part.count.0;
                    }
                }
                Ok(ModalityCounts(counts))
            }
        }

        deserializer.deserialize_any(ModalityCountsVisitor)
    }
}

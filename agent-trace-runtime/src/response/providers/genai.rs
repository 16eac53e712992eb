//! `genai`: chat, whole and streamed, and embeddings. Its counts are totals for every provider.
//!
//! A stream tells only what its options capture: `with_capture_usage(true)`.

use std::borrow::Cow;

use genai::chat::{ChatResponse, ChatStreamEvent, StopReason, Usage as GenaiUsage};
use genai::embed::EmbedResponse;

use super::count;
use crate::content::providers::genai_parts;
use crate::content::{OutputMessage, Part, ToolCall};
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

    fn output_messages(&self) -> Vec<OutputMessage> {
        let thought = self.reasoning_content.as_deref().map(Part::reasoning);
        let parts = thought.into_iter().chain(genai_parts(&self.content));
        let reason = self.stop_reason.as_ref().map(|reason| reason.raw().to_owned());
        vec![OutputMessage { finish_reason: reason, ..OutputMessage::new(parts) }]
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

    /// What the last event captured was said before.
    fn output_messages(&self) -> Vec<OutputMessage> {
        let part = match self {
            Self::Chunk(chunk) => Part::text(&chunk.content),
            Self::ReasoningChunk(chunk) => Part::reasoning(&chunk.content),
            Self::ToolCallChunk(chunk) => {
                let call = &chunk.tool_call;
                let arguments = call.fn_arguments.clone();
                let told = ToolCall { arguments, ..ToolCall::default() };
                // What goes on with a call has no name, and an id that was made up.
                if call.fn_name.is_empty() {
                    told.into()
                } else {
                    told.with_id(&call.call_id).with_name(&call.fn_name).into()
                }
            }
            Self::End(end) => {
                let reason = end.captured_stop_reason.as_ref();
                let reason = reason.map(|reason| OutputMessage::default().finished(reason.raw()));
                return reason.into_iter().collect();
            }
            _ => return Vec::new(),
        };
        vec![OutputMessage::new([part])]
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

#[cfg(test)]
mod tests {
    use genai::chat::{StreamChunk, ToolCall as GenaiCall, ToolChunk};
    use serde_json::json;

    use super::*;
    use crate::response::Response;

    fn call(id: &str, name: &str, arguments: &str) -> ChatStreamEvent {
        let (call_id, fn_name) = (id.to_owned(), name.to_owned());
        let fn_arguments = arguments.into();
        let tool_call = GenaiCall { call_id, fn_name, fn_arguments, thought_signatures: None };
        ChatStreamEvent::ToolCallChunk(ToolChunk { tool_call })
    }

    #[test]
    fn calls_are_put_together_from_pieces_and_from_repetitions() {
        let text = || ChatStreamEvent::Chunk(StreamChunk { content: "One moment.".to_owned() });
        let pieces =
            [text(), call("a", "f", ""), call("call_0", "", "{\"x\""), call("call_0", "", ": 1}")];
        let again =
            [text(), call("a", "f", ""), call("a", "f", "{\"x\""), call("a", "f", "{\"x\": 1}")];
        for events in [pieces, again] {
            let mut response = Response::default();
            response.capture_output();
            events.iter().for_each(|event| response.observe(event));
            let expected = OutputMessage::text("One moment.");
            let expected = expected.with(Part::tool_call("a", "f", json!({"x": 1})));
            assert_eq!(response.take_output(), [expected]);
        }
    }
}

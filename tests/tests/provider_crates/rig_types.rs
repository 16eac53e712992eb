//! `rig-core`, which normalizes what it reads and keeps the provider's document beside it.

use agent_trace_runtime::InferenceResponse;
use agent_trace_runtime::response::Response;
use agent_trace_tests::responses::fixture;
use rig_core::completion::message::Origin;
use rig_core::completion::{CompletionResponse, FinishReason, Usage};
use rig_core::embeddings::EmbeddingResponse;
use serde_json::Value;

fn completion(raw: Value) -> CompletionResponse {
    let usage = Usage::new()
        .input_tokens(2098)
        .output_tokens(503)
        .cached_input_tokens(1800)
        .cache_creation_input_tokens(248);
    let mut origin = Origin::new("anthropic-messages", "anthropic", "claude-sonnet-4-5");
    origin.response_model = Some("claude-sonnet-4-5-20250929".to_owned());
    origin.response_id = Some("msg_013Zva2CMHLNnXjNJJKqJ2EF".to_owned());
    CompletionResponse::new(Vec::new(), usage, origin, raw)
        .with_finish_reason(FinishReason::ToolCalls)
}

#[test]
fn completions_tell_what_their_bodies_tell() {
    let fixture = fixture("anthropic/message.json");
    let raw = serde_json::from_slice(&fixture.body()).unwrap();
    fixture.assert_told(&Response::of(&completion(raw)), "as rig's completion");
}

#[test]
fn without_the_document_the_normalized_reason_is_told() {
    assert_eq!(completion(Value::Null).finish_reasons(), ["tool_calls"]);
    assert!(completion(Value::Null).service_tier().is_none());
}

#[test]
fn embeddings_tell_their_input() {
    let mut response = EmbeddingResponse::new(Vec::new());
    assert_eq!(response.usage(), None);
    response.usage = Usage::new().input_tokens(8);
    response.model = Some("text-embedding-3-small".to_owned());
    let fixture = fixture("openai/embeddings.json");
    fixture.assert_told(&Response::of(&response), "as rig's embedding");
}

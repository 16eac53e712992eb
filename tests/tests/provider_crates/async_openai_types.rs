//! `async-openai`.

use agent_trace_runtime::{ErrorType, InferenceResponse};
use async_openai::error::{ApiError, ApiErrorResponse, OpenAIError};
use async_openai::types::chat::{CreateChatCompletionResponse, CreateChatCompletionStreamResponse};
use async_openai::types::embeddings::CreateEmbeddingResponse;
use async_openai::types::responses::{Response, ResponseStreamEvent};
use serde::de::DeserializeOwned;

use super::told;

#[track_caller]
fn assert_same<T: DeserializeOwned + InferenceResponse>(path: &str) {
    let [by_type, by_body] = told::<T>(path);
    assert_eq!(by_type, by_body, "{path}");
}

#[test]
fn completions_tell_what_their_bodies_tell() {
    for path in [
        "openai/chat.json",
        "openai/chat_tool_calls.json",
        "openai/chat_refusal.json",
        "openai/chat_audio.json",
        "openai-compatible/xai.json",
    ] {
        assert_same::<CreateChatCompletionResponse>(path);
    }
    assert_same::<CreateChatCompletionStreamResponse>("openai/chat_stream.sse");
    assert_same::<CreateChatCompletionStreamResponse>("azure/chat_stream.sse");
}

#[test]
fn responses_tell_what_their_bodies_tell() {
    assert_same::<Response>("openai/responses.json");
    assert_same::<Response>("openai/responses_incomplete.json");
    assert_same::<ResponseStreamEvent>("openai/responses_stream.sse");
}

#[test]
fn embeddings_tell_what_their_bodies_tell() {
    assert_same::<CreateEmbeddingResponse>("openai/embeddings.json");
}

#[test]
fn an_error_is_called_by_its_code() {
    let error = |r#type: Option<&str>, code: Option<&str>| {
        let api_error = ApiError {
            message: "Rate limit reached for org-1".to_owned(),
            r#type: r#type.map(str::to_owned),
            code: code.map(str::to_owned),
            ..ApiError::default()
        };
        let response = ApiErrorResponse { status_code: 429.try_into().unwrap(), api_error };
        OpenAIError::ApiError(response).error_type()
    };
    assert_eq!(error(Some("tokens"), Some("rate_limit_exceeded")), "rate_limit_exceeded");
    assert_eq!(error(Some("tokens"), None), "tokens");
    assert_eq!(error(Some("Slow down, please"), Some("")), "429");
    let invalid = OpenAIError::InvalidArgument("secret".to_owned());
    assert_eq!(invalid.error_type(), "InvalidArgument");
}

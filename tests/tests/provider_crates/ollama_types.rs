//! `ollama-rs`, which does not keep why the model stopped.

use agent_trace_runtime::InferenceResponse;
use agent_trace_runtime::response::Response;
use agent_trace_tests::responses::fixture;
use ollama_rs::generation::chat::ChatMessageResponse;
use ollama_rs::generation::completion::GenerationResponse;
use serde::de::DeserializeOwned;

use super::told;

#[track_caller]
fn assert_same<T: DeserializeOwned + InferenceResponse>(path: &str) {
    let [by_type, by_body] = told::<T>(path);
    assert_eq!(by_type.usage(), by_body.usage(), "{path}");
    assert_eq!(by_type.response_model(), by_body.response_model(), "{path}");
    assert!(by_type.finish_reasons().is_empty());
}

#[test]
fn chats_and_generations_tell_what_their_bodies_tell() {
    assert_same::<ChatMessageResponse>("ollama/chat.json");
    assert_same::<ChatMessageResponse>("ollama/chat_stream.ndjson");
    assert_same::<GenerationResponse>("ollama/generate.json");
}

#[test]
fn an_item_of_several_parts_tells_all_of_them() {
    let document = &fixture("ollama/generate.json").documents()[0];
    let part: GenerationResponse = serde_json::from_str(document).unwrap();
    let several = Response::of(&vec![part.clone(), part.clone()]);
    assert_eq!(several, Response::of(&part));
}

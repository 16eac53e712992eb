//! The types of client crates tell the same as the bodies that they are read from.

mod async_openai_types;
mod genai_types;
mod ollama_types;
mod rig_types;

use agent_trace_runtime::response::Response;
use agent_trace_tests::responses::fixture;
use serde::de::DeserializeOwned;

/// What the fixture at `path` tells, as `T` and as a body.
fn told<T: DeserializeOwned + agent_trace_runtime::InferenceResponse>(path: &str) -> [Response; 2] {
    let (mut by_type, mut by_body) = (Response::default(), Response::default());
    for document in fixture(path).documents() {
        let typed: T = serde_json::from_str(&document).expect(path);
        by_type.observe(&typed);
        by_body.observe(document.as_bytes());
    }
    [by_type, by_body]
}

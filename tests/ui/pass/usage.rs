//! What tells of its usage, or is said not to, is not warned of.
#![deny(warnings)]

use std::pin::Pin;

use agent_trace_runtime::{InferenceResponse, Usage, current, embedding, llm_call};
use futures_core::Stream;

#[derive(Default)]
pub struct Reply;

impl InferenceResponse for Reply {
    fn usage(&self) -> Option<Usage> {
        Some(Usage::new(3, 2))
    }
}

type Answer = Result<Reply, std::fmt::Error>;
type Chunks = Pin<Box<dyn Stream<Item = Answer> + Send>>;

#[llm_call(model = "gpt-4o")]
pub async fn bare() -> Reply {
    Reply
}

#[llm_call(model = "gpt-4o", usage = required)]
pub async fn by_alias() -> Answer {
    Ok(Reply)
}

#[llm_call(model = "gpt-4o")]
pub async fn optional() -> Option<Reply> {
    None
}

#[llm_call(model = "gpt-4o", usage = required)]
pub async fn streamed(chunks: Chunks) -> Result<Chunks, std::fmt::Error> {
    Ok(chunks)
}

#[llm_call(model = "gpt-4o", usage = required)]
pub async fn streamed_opaque(chunks: Chunks) -> Result<impl Stream<Item = Answer>, std::fmt::Error> {
    Ok(chunks)
}

#[llm_call(model = "gpt-4o")]
pub fn generic<T: InferenceResponse + Default>() -> T {
    T::default()
}

#[llm_call(model = "gpt-4o", usage = manual)]
pub async fn by_hand() -> String {
    current().record_usage(Usage::new(3, 2));
    String::new()
}

#[embedding(model = "text-embedding-3-small", usage = none)]
pub async fn without() -> Vec<f32> {
    Vec::new()
}

fn main() {}

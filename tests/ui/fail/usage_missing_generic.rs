//! A generic type is a response only where a bound says so.
#![deny(warnings)]

use agent_trace_runtime::{InferenceResponse, embedding, llm_call};

#[embedding(model = "text-embedding-3-small")]
pub fn embed<T: Default>() -> T {
    T::default()
}

#[llm_call(model = "gpt-4o")]
pub fn ask<T: Default + InferenceResponse>() -> T {
    T::default()
}

fn main() {}

//! What is read from an argument says which.

use agent_trace_runtime::{Usage, llm_call};

#[llm_call(model = "gpt-4o", capture(input, output))]
async fn ask(prompt: &str) -> Usage {
    Usage::new(prompt.len() as u64, 1)
}

fn main() {}

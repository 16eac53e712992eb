//! A part of the content is named once.

use agent_trace_runtime::{Usage, llm_call};

#[llm_call(model = "gpt-4o", capture(input = prompt, input = system))]
async fn ask(prompt: &str, system: &str) -> Usage {
    Usage::new(system.len() as u64, prompt.len() as u64)
}

fn main() {}

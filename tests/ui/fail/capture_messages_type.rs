//! What is captured as messages can be messages.

use agent_trace_runtime::{Usage, llm_call};

struct Prompt;

#[llm_call(model = "gpt-4o", capture(input = prompt))]
async fn ask(prompt: &Prompt) -> Usage {
    Usage::new(1, 1)
}

fn main() {}

//! A closure for the usage gives a usage.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", usage = |reply| reply.len())]
async fn ask() -> String {
    String::new()
}

fn main() {}

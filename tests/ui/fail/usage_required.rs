//! Where the usage is required, a missing one is an error.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", usage = required)]
async fn ask(prompt: &str) -> Result<String, std::fmt::Error> {
    Ok(prompt.to_owned())
}

fn main() {}

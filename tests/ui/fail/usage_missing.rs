//! A model call whose usage nobody would count is warned of, on its return type.
#![deny(warnings)]

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o")]
async fn ask(prompt: &str) -> Result<String, std::fmt::Error> {
    Ok(prompt.to_owned())
}

fn main() {}

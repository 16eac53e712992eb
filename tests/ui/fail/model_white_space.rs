//! A model's name has no white space.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt 4o", provider = "openai")]
fn f() {}

fn main() {}

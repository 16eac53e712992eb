//! A model's name is not empty.

use agent_trace_runtime::llm_call;

#[llm_call(model = "", provider = "openai")]
fn f() {}

fn main() {}

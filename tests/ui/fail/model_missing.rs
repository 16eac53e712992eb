//! A model call names its model.

use agent_trace_runtime::llm_call;

#[llm_call(provider = "openai")]
fn f() {}

fn main() {}

//! A constant model is one that the provider serves.

use agent_trace_runtime::llm_call;

const MODEL: &str = "gpt-4o";

#[llm_call(provider = "anthropic", model = MODEL)]
fn f() {}

fn main() {}

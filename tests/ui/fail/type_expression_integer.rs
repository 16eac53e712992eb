//! An expression for an integer attribute is an integer.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", max_tokens = limit)]
fn f(limit: &str) {}

fn main() {}

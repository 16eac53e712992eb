//! An operation is a literal.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", operation = operation)]
fn f(operation: &str) {}

fn main() {}

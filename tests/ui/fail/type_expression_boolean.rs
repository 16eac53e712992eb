//! An expression for a boolean attribute is a boolean.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", stream = how)]
fn f(how: u8) {}

fn main() {}

//! A boolean attribute takes no number.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", stream = 1)]
fn f() {}

fn main() {}

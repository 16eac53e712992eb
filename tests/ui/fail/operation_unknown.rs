//! An operation is one of a model call.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", operation = "chatt")]
fn f() {}

fn main() {}

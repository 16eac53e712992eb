//! An argument is given once.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", model = "gpt-4o-mini")]
fn f() {}

fn main() {}

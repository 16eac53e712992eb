//! An integer attribute takes no string.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", max_tokens = "many")]
fn f() {}

fn main() {}

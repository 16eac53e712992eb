//! An integer attribute takes no fraction.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", max_tokens = 0.5)]
fn f() {}

fn main() {}

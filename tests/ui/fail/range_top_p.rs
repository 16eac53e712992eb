//! A probability is at most one.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", top_p = 1.5)]
fn f() {}

fn main() {}

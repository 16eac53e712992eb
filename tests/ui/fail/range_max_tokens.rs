//! At least one token is asked for.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", max_tokens = 0)]
fn f() {}

fn main() {}

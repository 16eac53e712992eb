//! An integer has 64 bits.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", max_tokens = 99999999999999999999)]
fn f() {}

fn main() {}

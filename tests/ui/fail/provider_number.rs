//! A provider is a string.

use agent_trace_runtime::llm_call;

#[llm_call(model = "m", provider = 5)]
fn f() {}

fn main() {}

//! An operation of the conventions is no custom one.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", operation = custom("chat"), usage = none)]
fn f() {}

fn main() {}

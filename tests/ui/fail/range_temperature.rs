//! A temperature is not negative.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", temperature = -0.5)]
fn f() {}

fn main() {}

//! A number attribute takes no string.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", temperature = "hot")]
fn f() {}

fn main() {}

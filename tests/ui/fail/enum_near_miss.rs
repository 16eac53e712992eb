//! A near miss of a member is refused.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", output_type = "jsn")]
fn f() {}

fn main() {}

//! A member has no white space.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", output_type = "text ")]
fn f() {}

fn main() {}

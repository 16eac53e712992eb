//! A member is spelled as the conventions do.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", output_type = "JSON")]
fn f() {}

fn main() {}

//! Each element of a list of strings is a string.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", stop_sequences = ["stop", 5])]
fn f() {}

fn main() {}

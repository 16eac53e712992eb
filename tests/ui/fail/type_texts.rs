//! A list attribute takes no single string.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", stop_sequences = "stop")]
fn f() {}

fn main() {}

//! An expression for a list attribute is a list of strings.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", stop_sequences = stops)]
fn f(stops: Vec<u8>) {}

fn main() {}

//! An expression for a number attribute is a number.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", temperature = heat)]
fn f(heat: String) {}

fn main() {}

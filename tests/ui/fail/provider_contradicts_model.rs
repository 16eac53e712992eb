//! A provider serves the family of the model.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", provider = "anthropic")]
fn f() {}

fn main() {}

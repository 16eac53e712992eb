//! A model that is an expression needs a provider.

use agent_trace_runtime::llm_call;

#[llm_call(model = model)]
fn f(model: &str) {}

fn main() {}

//! A custom provider is lower snake case.

use agent_trace_runtime::llm_call;

#[llm_call(model = "m", provider = custom("Acme Inc"))]
fn f() {}

fn main() {}

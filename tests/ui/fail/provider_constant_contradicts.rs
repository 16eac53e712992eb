//! A constant provider is one that serves the model.

use agent_trace_runtime::llm_call;

const PROVIDER: &str = "anthropic";

#[llm_call(model = "gpt-4o", provider = PROVIDER, usage = none)]
fn f() {}

fn main() {}

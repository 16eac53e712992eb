//! A well-known provider is not custom.

use agent_trace_runtime::llm_call;

#[llm_call(model = "m", provider = custom("openai"))]
fn f() {}

fn main() {}

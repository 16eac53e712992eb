//! A former value of a provider is not used.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", provider = "az.ai.openai")]
fn f() {}

fn main() {}

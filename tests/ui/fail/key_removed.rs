//! A removed key has no successor.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", attributes("gen_ai.usage.total_tokens" = 5))]
fn f() {}

fn main() {}

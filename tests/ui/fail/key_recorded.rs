//! A key that the macro records is not set.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", attributes("gen_ai.usage.input_tokens" = 5))]
fn f() {}

fn main() {}

//! A key that has an argument is given by it.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", attributes("gen_ai.request.seed" = 5))]
fn f() {}

fn main() {}

//! A key in a reserved namespace is one of the conventions.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", attributes("gen_ai.request.temprature" = 0.5))]
fn f() {}

fn main() {}

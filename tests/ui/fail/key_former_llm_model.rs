//! `llm.model` is `gen_ai.request.model` now.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", attributes("llm.model" = "gpt-4o"))]
fn f() {}

fn main() {}

//! `gen_ai.system` is `gen_ai.provider.name` now.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", attributes("gen_ai.system" = "openai"))]
fn f() {}

fn main() {}

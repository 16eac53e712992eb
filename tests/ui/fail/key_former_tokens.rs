//! Former token counts are recorded by the macro.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", attributes("gen_ai.usage.prompt_tokens" = 5))]
fn f() {}

fn main() {}

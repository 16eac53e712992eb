//! Content is captured, never set.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", attributes("gen_ai.input.messages" = "hello"))]
fn f() {}

fn main() {}

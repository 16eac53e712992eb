//! An operation that has a macro uses it.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", operation = "embeddings")]
fn f() {}

fn main() {}

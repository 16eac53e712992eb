//! A model whose name does not tell its provider needs one.

use agent_trace_runtime::llm_call;

#[llm_call(model = "llama-3.3-70b")]
fn f() {}

fn main() {}

//! A provider is well known.

use agent_trace_runtime::llm_call;

#[llm_call(model = "llama-3.3-70b", provider = "opnai")]
fn f() {}

fn main() {}

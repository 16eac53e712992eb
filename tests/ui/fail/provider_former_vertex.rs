//! A former value of a provider names the present one.

use agent_trace_runtime::llm_call;

#[llm_call(model = "llama-3.3-70b", provider = "vertex_ai")]
fn f() {}

fn main() {}

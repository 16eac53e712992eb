//! A former name of a provider is no custom one.

use agent_trace_runtime::llm_call;

#[llm_call(model = "house-7b", provider = custom("xai"), usage = none)]
fn f() {}

fn main() {}

//! A provider's name is spelled as the conventions do.

use agent_trace_runtime::llm_call;

#[llm_call(model = "grok-4", provider = "xai")]
fn f() {}

fn main() {}

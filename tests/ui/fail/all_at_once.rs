//! All mistakes of an attribute are reported at once.

use agent_trace_runtime::llm_call;

#[llm_call(modl = "gpt-4o", provider = "opnai", temperature = "hot", attributes("tenant" = 1))]
fn f() {}

fn main() {}

//! A port has sixteen bits.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", server_port = 70000)]
fn f() {}

fn main() {}

//! A constant provider is checked like a literal.

use agent_trace_runtime::llm_call;

const PROVIDER: &str = "vertex_ai";

#[llm_call(model = "gemini-2.5-pro", provider = PROVIDER, usage = none)]
fn f() {}

fn main() {}

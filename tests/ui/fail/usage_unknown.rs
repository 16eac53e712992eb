//! Where the usage is, is said by one of three words.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", usage = manuel)]
fn f() {}

fn main() {}

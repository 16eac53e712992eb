//! A literal in parentheses is checked as well.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", top_p = (1.1), usage = none)]
fn f() {}

fn main() {}

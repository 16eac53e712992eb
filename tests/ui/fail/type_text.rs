//! A string attribute takes no number.

use agent_trace_runtime::tool;

#[tool(call_id = 5)]
fn f() {}

fn main() {}

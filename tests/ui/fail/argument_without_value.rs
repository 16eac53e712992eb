//! An argument has a value.

use agent_trace_runtime::tool;

#[tool(name)]
fn f() {}

fn main() {}

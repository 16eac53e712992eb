//! An argument of another macro is refused.

use agent_trace_runtime::tool;

#[tool(temperature = 0.5)]
fn f() {}

fn main() {}

//! A tool's name is not empty.

use agent_trace_runtime::tool;

#[tool(name = "")]
fn f() {}

fn main() {}

//! Commas stand between arguments.

use agent_trace_runtime::tool;

#[tool(name = "a" span_name = "a.b")]
fn f() {}

fn main() {}

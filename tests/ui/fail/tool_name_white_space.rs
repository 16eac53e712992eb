//! A tool's name is one that model providers accept.

use agent_trace_runtime::tool;

#[tool(name = "look up")]
fn f() {}

fn main() {}

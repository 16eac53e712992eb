//! An unknown argument is refused.

use agent_trace_runtime::tool;

#[tool(nmae = "lookup")]
fn f() {}

fn main() {}

//! A value follows the sign of equality.

use agent_trace_runtime::tool;

#[tool(name =)]
fn f() {}

fn main() {}

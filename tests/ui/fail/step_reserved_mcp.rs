//! `mcp.` belongs to the conventions.

use agent_trace_runtime::step;

#[step("mcp.tools_call")]
fn f() {}

fn main() {}

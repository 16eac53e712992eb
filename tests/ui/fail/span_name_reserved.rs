//! A `span_name` stays out of reserved namespaces.

use agent_trace_runtime::tool;

#[tool(span_name = "gen_ai.tool")]
fn f() {}

fn main() {}

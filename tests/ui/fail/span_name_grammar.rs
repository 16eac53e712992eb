//! A `span_name` follows the grammar of steps.

use agent_trace_runtime::tool;

#[tool(span_name = "Lookup")]
fn f() {}

fn main() {}

//! A key of the application has a namespace.

use agent_trace_runtime::tool;

#[tool(attributes("tenant" = "acme"))]
fn f() {}

fn main() {}

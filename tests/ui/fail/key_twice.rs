//! A key is given once.

use agent_trace_runtime::tool;

#[tool(attributes("app.tenant" = "acme", "app.tenant" = "other"))]
fn f() {}

fn main() {}

//! A key is lower snake case.

use agent_trace_runtime::tool;

#[tool(attributes("app.tenantId" = "acme"))]
fn f() {}

fn main() {}

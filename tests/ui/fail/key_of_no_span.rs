//! A key of other telemetry belongs on none of these spans.

use agent_trace_runtime::tool;

#[tool(attributes("mcp.session.id" = "x"))]
fn f() {}

fn main() {}

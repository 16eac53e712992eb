//! `error.type` is recorded by the macro.

use agent_trace_runtime::tool;

#[tool(attributes("error.type" = "x"))]
fn f() {}

fn main() {}

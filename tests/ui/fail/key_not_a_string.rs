//! A key is a string literal.

use agent_trace_runtime::tool;

#[tool(attributes(app = "acme"))]
fn f() {}

fn main() {}

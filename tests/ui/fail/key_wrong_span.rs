//! A key belongs on the operation's span.

use agent_trace_runtime::tool;

#[tool(attributes("gen_ai.request.seed" = 5))]
fn f() {}

fn main() {}

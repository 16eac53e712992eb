//! A cancelled call is a failure, or `ok`.

use agent_trace_runtime::tool;

#[tool(cancel = fine)]
async fn f() {}

fn main() {}

//! Errors that are no failures are those of a `Result`.

use agent_trace_runtime::tool;

#[tool(ok_if = |_| true)]
async fn count() -> usize {
    7
}

fn main() {}

//! A wrong result points at the result.

use agent_trace_runtime::tool;

#[tool]
async fn f() -> u8 {
    "one"
}

fn main() {}

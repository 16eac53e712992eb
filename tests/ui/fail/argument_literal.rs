//! A macro without a leading value takes none.

use agent_trace_runtime::tool;

#[tool("lookup")]
fn f() {}

fn main() {}

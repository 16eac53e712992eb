//! An `impl` block is not traced.

use agent_trace_runtime::tool;

struct S;

#[tool]
impl S {}

fn main() {}

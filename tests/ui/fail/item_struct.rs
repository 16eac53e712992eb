//! A type is not traced.

use agent_trace_runtime::tool;

#[tool]
struct S;

fn main() {}

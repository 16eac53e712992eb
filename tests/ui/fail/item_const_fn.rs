//! A `const fn` is not traced.

use agent_trace_runtime::tool;

#[tool]
const fn f() {}

fn main() {}

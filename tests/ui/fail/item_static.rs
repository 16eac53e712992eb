//! A static is not traced.

use agent_trace_runtime::tool;

#[tool]
static S: u8 = 1;

fn main() {}

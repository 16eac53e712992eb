//! A memory operation is a known one.

use agent_trace_runtime::memory;

#[memory(serach)]
fn f() {}

fn main() {}

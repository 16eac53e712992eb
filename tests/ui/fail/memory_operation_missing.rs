//! A memory operation is named.

use agent_trace_runtime::memory;

#[memory]
fn f() {}

fn main() {}

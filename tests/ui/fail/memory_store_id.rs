//! A memory store's name holds no id of a single record.

use agent_trace_runtime::memory;

#[memory(search, store = "customer-1234567")]
fn f() {}

fn main() {}

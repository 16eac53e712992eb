//! A constant store holds no id of a single record.

use agent_trace_runtime::memory;

const STORE: &str = "customer-20461234";

#[memory(search, store = STORE)]
fn f() {}

fn main() {}

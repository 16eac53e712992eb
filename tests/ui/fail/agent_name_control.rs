//! A name has no control characters.

use agent_trace_runtime::agent;

#[agent(name = "sup\tport")]
fn f() {}

fn main() {}

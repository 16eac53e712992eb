//! A name is a string.

use agent_trace_runtime::agent;

#[agent(name = 5)]
fn f() {}

fn main() {}

//! An agent's name is not empty.

use agent_trace_runtime::agent;

#[agent(name = "")]
fn f() {}

fn main() {}

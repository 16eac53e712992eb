//! The model of an agent has no white space.

use agent_trace_runtime::agent;

#[agent(model = "gpt 4o")]
fn f() {}

fn main() {}

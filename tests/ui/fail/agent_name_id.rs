//! An agent's name holds no id.

use agent_trace_runtime::agent;

#[agent(name = "support-550e8400-e29b-41d4-a716-446655440000")]
fn f() {}

fn main() {}

//! An id belongs to a hosted agent.

use agent_trace_runtime::agent;

#[agent(agent_id = "asst_1")]
fn f() {}

fn main() {}

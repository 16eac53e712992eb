//! A step's name holds no UUID.

use agent_trace_runtime::step;

#[step("agent.run_550e8400_e29b_41d4_a716_446655440000")]
fn f() {}

fn main() {}

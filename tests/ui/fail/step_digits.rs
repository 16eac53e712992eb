//! A step's name holds no number that is an id.

use agent_trace_runtime::step;

#[step("agent.order_1234567")]
fn f() {}

fn main() {}

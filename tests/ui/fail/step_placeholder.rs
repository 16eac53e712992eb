//! A step's name has no placeholder.

use agent_trace_runtime::step;

#[step("agent.order_{id}")]
fn f() {}

fn main() {}

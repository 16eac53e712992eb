//! A step's name has no white space.

use agent_trace_runtime::step;

#[step("agent.prompt assembly")]
fn f() {}

fn main() {}

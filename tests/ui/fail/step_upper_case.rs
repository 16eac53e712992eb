//! A step's name is lower snake case.

use agent_trace_runtime::step;

#[step("Agent.promptAssembly")]
fn f() {}

fn main() {}

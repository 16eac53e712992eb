//! A step's name has no empty segment.

use agent_trace_runtime::step;

#[step("agent..run")]
fn f() {}

fn main() {}

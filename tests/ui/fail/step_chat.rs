//! An operation's name is no step.

use agent_trace_runtime::step;

#[step("chat")]
fn f() {}

fn main() {}

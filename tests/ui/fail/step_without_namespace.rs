//! A step's name has a namespace.

use agent_trace_runtime::step;

#[step("run")]
fn f() {}

fn main() {}

//! A step has a name.

use agent_trace_runtime::step;

#[step]
fn f() {}

fn main() {}

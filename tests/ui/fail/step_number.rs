//! A step's name is a string.

use agent_trace_runtime::step;

#[step(5)]
fn f() {}

fn main() {}

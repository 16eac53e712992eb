//! A step's name is a literal or a constant.

use agent_trace_runtime::step;

#[step(name)]
fn f(name: &str) {}

fn main() {}

//! A name is text.

use agent_trace_runtime::agent;

#[agent(name = size)]
fn f(size: usize) {}

fn main() {}

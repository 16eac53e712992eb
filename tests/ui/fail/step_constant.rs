//! A constant name is checked like a literal.

use agent_trace_runtime::step;

const RUN: &str = "run";

#[step(RUN)]
fn f() {}

fn main() {}

//! A literal name has no placeholder.

use agent_trace_runtime::agent;

#[agent(name = "support {tenant}")]
fn f() {}

fn main() {}

//! A remote agent has a provider.

use agent_trace_runtime::agent;

#[agent(remote)]
fn f() {}

fn main() {}

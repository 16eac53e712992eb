//! An agent in this process has no provider.

use agent_trace_runtime::agent;

#[agent(provider = "openai")]
fn f() {}

fn main() {}

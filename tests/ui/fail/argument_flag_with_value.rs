//! A flag stands alone.

use agent_trace_runtime::agent;

#[agent(remote = true, provider = "openai")]
fn f() {}

fn main() {}

//! A workflow's name holds no id.

use agent_trace_runtime::workflow;

#[workflow(name = "run 20261122")]
fn f() {}

fn main() {}

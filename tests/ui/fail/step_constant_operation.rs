//! A constant name is not that of an operation.

use agent_trace_runtime::step;

const CALL: &str = "agent.llm_call";

#[step(CALL)]
fn f() {}

fn main() {}

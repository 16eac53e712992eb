//! A model call is no step.

use agent_trace_runtime::step;

#[step("agent.llm_call")]
fn f() {}

fn main() {}

//! A tool is no step.

use agent_trace_runtime::step;

#[step("agent.tool_execution")]
fn f() {}

fn main() {}

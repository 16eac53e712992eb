//! What is captured is named.

use agent_trace_runtime::tool;

#[tool(capture())]
fn look_up(order: u32) -> u32 {
    order
}

fn main() {}

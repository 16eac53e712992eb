//! A part of the content belongs to its macro.

use agent_trace_runtime::tool;

#[tool(capture(query = order))]
fn look_up(order: u32) -> u32 {
    order
}

fn main() {}

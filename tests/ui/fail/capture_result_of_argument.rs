//! What is of the result is not read from an argument.

use agent_trace_runtime::tool;

#[tool(capture(result = order))]
fn look_up(order: u32) -> u32 {
    order
}

fn main() {}

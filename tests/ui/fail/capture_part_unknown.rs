//! A part of the content is one that the macro has.

use agent_trace_runtime::tool;

#[tool(capture(arguments, results))]
fn look_up(order: u32) -> u32 {
    order
}

fn main() {}

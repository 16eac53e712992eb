//! Each argument of a tool that is captured can be.

use agent_trace_runtime::tool;

struct Connection;

#[tool(capture(arguments))]
fn look_up(order: u32, connection: &Connection) -> u32 {
    order
}

fn main() {}

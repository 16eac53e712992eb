//! A field that is captured can be.

use agent_trace_runtime::content::Capture;

struct Connection;

#[derive(Capture)]
struct Order {
    id: u32,
    connection: Connection,
}

fn main() {}

//! A result that is captured can be.

use agent_trace_runtime::tool;

struct Order;

#[tool(capture(result))]
async fn look_up(order: u32) -> Result<Order, std::fmt::Error> {
    Ok(Order)
}

fn main() {}

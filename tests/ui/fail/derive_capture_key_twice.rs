//! A captured field has one key.

use agent_trace_runtime::content::Capture;

#[derive(Capture)]
struct Order {
    #[capture(mask, max_bytes = 8)]
    card: String,
}

fn main() {}

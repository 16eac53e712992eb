//! The keys of a derived capture are known.

use agent_trace_runtime::content::Capture;

#[derive(Capture)]
struct Order {
    #[capture(masked)]
    card: String,
    #[capture(redact)]
    note: String,
}

fn main() {}

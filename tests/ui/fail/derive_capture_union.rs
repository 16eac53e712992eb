//! A union is not captured.

use agent_trace_runtime::content::Capture;

#[derive(Capture)]
union Either {
    one: u32,
    other: f32,
}

fn main() {}

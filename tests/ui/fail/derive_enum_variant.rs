//! A variant has one field that tells.

use agent_trace_runtime::InferenceResponse;

use agent_trace_runtime::Usage;

#[derive(InferenceResponse)]
enum Reply {
    Empty,
    Chat(Usage),
    Both(Usage, String),
    Marked(#[response(usage)] Usage),
}

fn main() {}

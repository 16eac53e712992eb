//! A derived response tells of the usage.

use agent_trace_runtime::InferenceResponse;

#[derive(InferenceResponse)]
struct Reply {
    text: String,
    #[response(model)]
    model: String,
}

fn main() {}

//! A flattened field is a response.

use agent_trace_runtime::InferenceResponse;

#[derive(InferenceResponse)]
struct Reply {
    #[response(flatten)]
    inner: String,
}

fn main() {}

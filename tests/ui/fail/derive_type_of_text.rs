//! A text is a string.

use agent_trace_runtime::InferenceResponse;

struct Model;

#[derive(InferenceResponse)]
struct Reply {
    #[response(model)]
    model: Model,
    #[response(id)]
    id: Option<u64>,
    #[response(input_tokens)]
    input: u64,
}

fn main() {}

//! A key of a field stands above a field, and one of the type above the type.

use agent_trace_runtime::InferenceResponse;

#[derive(InferenceResponse)]
#[response(model)]
struct Reply {
    #[response(cached = apart)]
    input: u64,
    #[response(output_tokens)]
    output: u64,
}

fn main() {}

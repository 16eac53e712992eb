//! A response has one field for each key.

use agent_trace_runtime::InferenceResponse;

#[derive(InferenceResponse)]
struct Reply {
    #[response(input_tokens)]
    input: u64,
    #[response(input_tokens)]
    prompt: u64,
    #[response(output_tokens, reasoning_output_tokens)]
    output: u64,
}

fn main() {}

//! A part of the tokens needs the count that it is a part of.

use agent_trace_runtime::InferenceResponse;

#[derive(InferenceResponse)]
struct Reply {
    #[response(cached_input_tokens)]
    cached: u64,
    #[response(reasoning_output_tokens)]
    reasoning: u64,
}

fn main() {}

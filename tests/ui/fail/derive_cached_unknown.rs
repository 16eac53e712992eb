//! Cached tokens are counted apart or included.

use agent_trace_runtime::InferenceResponse;

#[derive(InferenceResponse)]
#[response(cached = aprt)]
struct Reply {
    #[response(input_tokens)]
    input: u64,
    #[response(cached_input_tokens)]
    cached: u64,
}

fn main() {}

//! What is counted apart has a count.

use agent_trace_runtime::InferenceResponse;

#[derive(InferenceResponse)]
#[response(cached = apart)]
struct Reply {
    #[response(input_tokens)]
    input: u64,
}

fn main() {}

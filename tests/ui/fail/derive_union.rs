//! The trait is not derived for a union.

use agent_trace_runtime::InferenceResponse;

#[derive(InferenceResponse)]
union Reply {
    #[response(input_tokens)]
    input: u64,
    other: u64,
}

fn main() {}

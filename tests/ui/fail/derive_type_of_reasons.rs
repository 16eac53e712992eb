//! Finish reasons are a list of strings.

use agent_trace_runtime::InferenceResponse;

#[derive(InferenceResponse)]
struct Reply {
    #[response(finish_reasons)]
    finish: String,
    #[response(input_tokens)]
    input: u64,
}

fn main() {}

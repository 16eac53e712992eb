//! A count of tokens is an integer.

use agent_trace_runtime::InferenceResponse;

#[derive(InferenceResponse)]
struct Reply {
    #[response(input_tokens)]
    input: f64,
    #[response(output_tokens)]
    output: Option<String>,
}

fn main() {}

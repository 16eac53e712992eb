//! One finish reason and a list of them are not told both.

use agent_trace_runtime::InferenceResponse;

#[derive(InferenceResponse)]
struct Reply {
    #[response(finish_reason)]
    finish: String,
    #[response(finish_reasons)]
    finishes: Vec<String>,
    #[response(input_tokens)]
    input: u64,
}

fn main() {}

//! A key of `#[response(…)]` is a known one.

use agent_trace_runtime::InferenceResponse;

#[derive(InferenceResponse)]
struct Reply {
    #[response(modle)]
    model: String,
    #[response(prompt_tokens)]
    input: u64,
    #[response(temperature)]
    temperature: f64,
}

fn main() {}

//! A key of a field stands alone.

use agent_trace_runtime::InferenceResponse;

#[derive(InferenceResponse)]
struct Reply {
    #[response(model = "gpt-4o")]
    model: String,
    #[response]
    id: String,
    #[response(input_tokens)]
    input: u64,
}

fn main() {}

//! All counts and each count are not told both.

use agent_trace_runtime::InferenceResponse;

use agent_trace_runtime::Usage;

#[derive(InferenceResponse)]
struct Reply {
    #[response(usage)]
    usage: Usage,
    #[response(input_tokens)]
    input: u64,
}

fn main() {}

//! A field of all counts tells the usage.

use agent_trace_runtime::InferenceResponse;

struct Tokens {
    input: u64,
}

#[derive(InferenceResponse)]
struct Reply {
    #[response(usage)]
    usage: Tokens,
}

fn main() {}

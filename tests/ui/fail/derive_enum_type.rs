//! The field of a variant is a response.

use agent_trace_runtime::InferenceResponse;

use agent_trace_runtime::Usage;

#[derive(InferenceResponse)]
enum Reply {
    Chat(Usage),
    Refused(String),
}

fn main() {}

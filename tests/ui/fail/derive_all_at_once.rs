//! All mistakes of a derived response are reported at once, and not as a missing trait besides.

use agent_trace_runtime::InferenceResponse;

use agent_trace_runtime::llm_call;

#[derive(InferenceResponse)]
#[response(cashed = apart)]
struct Reply {
    #[response(modle)]
    model: String,
    #[response(output_tokens)]
    output: u64,
    #[response(cached_input_tokens)]
    cached: u64,
}

#[llm_call(model = "gpt-4o", usage = required)]
async fn ask() -> Reply {
    todo!()
}

fn main() {}

//! A mapping reads the result.

use agent_trace_runtime::llm_call;

struct Reply {
    text: String,
    prompt: u64,
    completion: u64,
    cached: u64,
}

#[llm_call(model = "gpt-4o", record(input_tokens = 412, output_tokens = reply.completion))]
async fn ask() -> Reply {
    Reply { text: String::new(), prompt: 412, completion: 38, cached: 200 }
}

fn main() {}

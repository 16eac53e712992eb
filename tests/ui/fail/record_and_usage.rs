//! Usage is told in one way.

use agent_trace_runtime::llm_call;

struct Reply {
    text: String,
    prompt: u64,
    completion: u64,
    cached: u64,
}

#[llm_call(model = "gpt-4o", usage = manual, record(input_tokens = reply.prompt))]
async fn ask() -> Reply {
    Reply { text: String::new(), prompt: 412, completion: 38, cached: 200 }
}

fn main() {}

//! A key of a mapping is one of a response's.

use agent_trace_runtime::llm_call;

struct Reply {
    text: String,
    prompt: u64,
    completion: u64,
    cached: u64,
}

#[llm_call(model = "gpt-4o", record(prompt_tokens = reply.prompt, output_tokens = reply.completion))]
async fn ask() -> Reply {
    Reply { text: String::new(), prompt: 412, completion: 38, cached: 200 }
}

fn main() {}

//! Where the usage is, may be said by a closure.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", usage = 7)]
async fn ask() -> String {
    String::new()
}

fn main() {}

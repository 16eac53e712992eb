//! A model's constant name is checked like a literal.

use agent_trace_runtime::llm_call;

const MODEL: &str = "gpt 4o";

#[llm_call(model = MODEL, provider = "openai")]
fn f() {}

fn main() {}

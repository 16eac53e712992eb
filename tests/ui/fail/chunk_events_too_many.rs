//! A span keeps no more events than the SDK does.

use agent_trace_runtime::llm_call;

#[llm_call(model = "gpt-4o", usage = none, chunk_events = 1000)]
fn f() {}

fn main() {}

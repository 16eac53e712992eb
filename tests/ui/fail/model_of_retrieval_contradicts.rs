//! The model of a retrieval is one that the provider serves.

use agent_trace_runtime::retrieval;

#[retrieval(data_source = "handbook", model = "text-embedding-3-small", provider = "anthropic")]
fn f() {}

fn main() {}

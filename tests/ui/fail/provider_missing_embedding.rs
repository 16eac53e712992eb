//! An embedding call needs a provider too.

use agent_trace_runtime::embedding;

#[embedding(model = "bge-large-en")]
fn f() {}

fn main() {}

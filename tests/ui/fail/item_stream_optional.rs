//! An optional stream is refused likewise.

use std::pin::Pin;

use agent_trace_runtime::tool;
use futures_core::Stream;

#[tool]
fn f() -> Option<Pin<Box<dyn Stream<Item = String> + Send>>> {
    None
}

fn main() {}

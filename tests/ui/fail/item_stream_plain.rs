//! A plain function that returns a stream is refused likewise.

use agent_trace_runtime::tool;

use std::pin::Pin;

use futures_core::Stream;

#[tool]
fn f(
    words: Pin<Box<dyn Stream<Item = String> + Send>>,
) -> Pin<Box<dyn Stream<Item = String> + Send>> {
    words
}

fn main() {}

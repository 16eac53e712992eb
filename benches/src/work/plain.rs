//! The functions without any telemetry.

use std::convert::Infallible;
use std::hint::black_box;

use futures::Stream;

use super::{Chunk, LARGE, Model, NotFound, Reply, Request, SPANS_OF_TRACE, Tokens};

pub async fn chat<'a>(model: &'a Model, request: &Request) -> &'a Reply {
    model.answer(request).await
}

pub async fn chat_of_constants(tokens: Tokens) -> Tokens {
    black_box(tokens)
}

pub async fn tool(number: u64) -> u64 {
    black_box(number)
}

pub async fn failing_tool(number: u64) -> Result<u64, NotFound> {
    Err(black_box(number)).map_err(|_| NotFound)
}

pub async fn step(number: u64) -> u64 {
    black_box(number)
}

pub async fn trace_of_tools() {
    for number in 1..SPANS_OF_TRACE {
        tool(number).await;
    }
}

pub async fn trace_of_steps() {
    for number in 1..SPANS_OF_TRACE {
        step(number).await;
    }
}

pub async fn forever() -> Infallible {
    super::forever().await
}

pub fn chunks() -> impl Stream<Item = Chunk> + Unpin {
    super::endless()
}

pub async fn large(argument: [u8; LARGE]) -> u8 {
    super::wait().await;
    argument[0]
}

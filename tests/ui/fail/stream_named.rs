//! A stream of a named type says how it is traced.

use std::pin::Pin;
use std::task::{Context, Poll};

use agent_trace_runtime::step;
use futures_core::Stream;

struct Words;

impl Stream for Words {
    type Item = String;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<String>> {
        Poll::Ready(None)
    }
}

#[step("app.words")]
async fn words() -> Result<Words, std::fmt::Error> {
    Ok(Words)
}

fn main() {}

//! A stream of a named type, which a span cannot follow, is warned of.
#![deny(warnings)]

use std::pin::Pin;
use std::task::{Context, Poll};

use agent_trace_runtime::step;
use futures_core::Stream;

pub struct Words;

impl Stream for Words {
    type Item = String;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<String>> {
        Poll::Ready(None)
    }
}

#[step("app.words")]
pub async fn words() -> Result<Words, std::fmt::Error> {
    Ok(Words)
}

impl Words {
    #[step("app.new_words")]
    #[allow(deprecated)]
    pub fn new() -> Self {
        Self
    }
}

fn main() {}

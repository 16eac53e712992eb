//! A stream is not traced as if it ended at once.

use agent_trace_runtime::llm_call;

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

struct Words;

impl Stream for Words {
    type Item = String;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<String>> {
        Poll::Ready(None)
    }
}

#[llm_call(model = "gpt-4o")]
async fn f() -> Result<Words, String> {
    Ok(Words)
}

fn main() {}

//! What the other modules share: a chunk of a model's answer, and streams of them.

use std::pin::Pin;

use agent_trace_runtime::{InferenceResponse, Usage, tool};
use futures::{Stream, StreamExt, stream};

/// A part of a model's answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chunk {
    pub(crate) text: &'static str,
    pub(crate) usage: Option<Usage>,
}

impl InferenceResponse for Chunk {
    fn usage(&self) -> Option<Usage> {
        self.usage
    }

    fn response_model(&self) -> Option<&str> {
        Some("gpt-4o-2024-08-06")
    }
}

pub(crate) type Answer = Result<Chunk, std::fmt::Error>;
pub(crate) type Boxed<'a> = Pin<Box<dyn Stream<Item = Answer> + Send + 'a>>;

/// Called while the stream is polled: its span is a child of the stream's.
#[tool]
pub(crate) async fn check_word() {}

/// Two chunks, and the usage with the last one, as OpenAI's API sends them.
pub(crate) fn chunks() -> impl Stream<Item = Answer> + Send {
    let usage = [Some(Usage::new(10, 1)), Some(Usage::new(10, 2))];
    stream::iter(["Ship", "ped"]).zip(stream::iter(usage)).then(|(text, usage)| async move {
        check_word().await;
        Ok(Chunk { text, usage })
    })
}

/// A chunk, and then an error.
pub(crate) fn failing() -> impl Stream<Item = Answer> + Send {
    let first = Chunk { text: "Ship", usage: Some(Usage::new(10, 1)) };
    stream::iter([Ok(first), Err(std::fmt::Error)])
}

/// A chunk, and then nothing for ever.
pub(crate) fn stuck() -> impl Stream<Item = Answer> + Send {
    let first = Chunk { text: "Ship", usage: Some(Usage::new(10, 1)) };
    stream::iter([Ok(first)]).chain(stream::pending())
}

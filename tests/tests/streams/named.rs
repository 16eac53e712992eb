//! Streams of named types: those that a span cannot follow are functions as any other, and end when they
//! return.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec;

use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{InferenceResponse, StreamTracer, TraceStream, Usage, llm_call};
use futures::executor::block_on;
use futures::{Stream, StreamExt, stream};

use crate::support::Chunk;

type Chunks = stream::Iter<vec::IntoIter<Chunk>>;

#[llm_call(model = "gpt-4o")]
#[allow(deprecated)]
async fn named(chunks: Vec<Chunk>) -> Chunks {
    stream::iter(chunks)
}

#[llm_call(model = "gpt-4o", usage = manual)]
#[allow(deprecated)]
fn named_in_result(chunks: Vec<Chunk>) -> Result<Chunks, std::fmt::Error> {
    Ok(stream::iter(chunks))
}

#[llm_call(model = "gpt-4o", usage = required)]
#[allow(deprecated)]
async fn named_in_option(chunks: Vec<Chunk>) -> Option<Chunks> {
    Some(stream::iter(chunks))
}

#[llm_call(model = "gpt-4o", usage = none)]
#[allow(deprecated)]
async fn generic<S: Stream<Item = Chunk>>(stream: S) -> S {
    stream
}

#[test]
fn a_stream_that_cannot_be_followed_ends_its_call_when_it_is_returned() {
    let recorder = Recorder::install();
    let chunk = || vec![Chunk { text: "Shipped", usage: Some(Usage::new(10, 2)) }];
    let named = block_on(named(chunk()));
    assert_eq!(recorder.tree(), "chat gpt-4o\n");
    assert_eq!(block_on(named.collect::<Vec<_>>()), chunk());
    assert!(named_in_result(chunk()).is_ok());
    assert!(block_on(named_in_option(chunk())).is_some());
    drop(block_on(generic(stream::iter(chunk()))));
    assert_eq!(recorder.spans_named("chat gpt-4o").len(), 4);
}

/// Words, which know what they cost.
struct Words(Pin<Box<dyn Stream<Item = String> + Send>>);

impl Stream for Words {
    type Item = String;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<String>> {
        self.0.as_mut().poll_next(context)
    }
}

impl TraceStream for Words {
    fn trace_stream(self, tracer: StreamTracer<String>) -> Self {
        Self(Box::pin(tracer.around(self.0)))
    }
}

impl InferenceResponse for Words {
    fn usage(&self) -> Option<Usage> {
        Some(Usage::new(10, 2))
    }
}

#[llm_call(model = "gpt-4o")]
async fn words() -> Words {
    Words(Box::pin(stream::iter(["Ship".to_owned()])))
}

#[test]
fn a_stream_can_be_the_response_itself() {
    let recorder = Recorder::install();
    let words = block_on(words());
    assert!(recorder.spans().is_empty());
    assert_eq!(block_on(words.collect::<Vec<_>>()), ["Ship"]);
    assert_eq!(recorder.tree(), "chat gpt-4o [10→2 tokens]\n");
}

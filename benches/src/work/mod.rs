//! The work that is traced, the same under each kit: one file for each of them.
//!
//! A call of a model has the span `chat gpt-4o` with thirteen attributes. Five are constants that are known at
//! its start, three come from the request, five from the reply. Request and reply are there before, so that
//! what is measured is what telemetry takes from them.

pub mod agent_trace;
pub mod by_hand;
pub mod fastrace;
pub mod plain;
pub mod requests;
pub mod trace_weft;
pub mod tracing;

use std::borrow::Cow;
use std::convert::Infallible;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use agent_trace_runtime::{InferenceResponse, Usage};
use futures::Stream;
use futures::stream;

/// The spans of one trace: a root and its children, one after the other.
pub const SPANS_OF_TRACE: u64 = 100;

/// The size of the argument of `large`, which is held across a wait.
pub const LARGE: usize = 512;

/// What a call of a model is given.
#[derive(Debug)]
pub struct Request {
    pub temperature: f64,
    pub max_tokens: i64,
    pub conversation: String,
}

impl Default for Request {
    fn default() -> Self {
        let conversation = "conv_5j66UpCpwteGg4YSxUnt7lPY".to_owned();
        Self { temperature: 0.2, max_tokens: 1024, conversation }
    }
}

/// A model that has answered already.
#[derive(Debug, Default)]
pub struct Model {
    reply: Reply,
}

impl Model {
    pub async fn answer(&self, request: &Request) -> &Reply {
        std::hint::black_box(request);
        &self.reply
    }
}

#[derive(Debug)]
pub struct Reply {
    pub id: String,
    pub model: String,
    pub finish_reason: String,
    pub input_tokens: u64,
    pub output_tokens: u64,
}

impl Default for Reply {
    fn default() -> Self {
        Self {
            id: "chatcmpl-9J3uIL87gldCFtiIbyaOvTeYBRA3l".to_owned(),
            model: "gpt-4o-2024-08-06".to_owned(),
            finish_reason: "stop".to_owned(),
            input_tokens: 412,
            output_tokens: 38,
        }
    }
}

impl InferenceResponse for Reply {
    fn usage(&self) -> Option<Usage> {
        Some(Usage::new(self.input_tokens, self.output_tokens))
    }

    fn response_model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn response_id(&self) -> Option<&str> {
        Some(&self.id)
    }

    fn finish_reasons(&self) -> Vec<Cow<'_, str>> {
        vec![Cow::Borrowed(&self.finish_reason)]
    }
}

/// A reply of which only the tokens are known.
#[derive(Clone, Copy, Debug)]
pub struct Tokens {
    pub input: u64,
    pub output: u64,
}

impl InferenceResponse for Tokens {
    fn usage(&self) -> Option<Usage> {
        Some(Usage::new(self.input, self.output))
    }
}

/// An item of a stream that tells nothing of the response.
#[derive(Clone, Copy, Debug)]
pub struct Chunk(pub u64);

impl InferenceResponse for Chunk {}

/// Chunks without an end, each ready at once.
fn endless() -> impl Stream<Item = Chunk> + Unpin + Send {
    stream::repeat(Chunk(7))
}

/// Why a tool fails.
#[derive(Debug)]
pub struct NotFound;

impl std::fmt::Display for NotFound {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("no such order")
    }
}

impl std::error::Error for NotFound {}

/// A wait that never ends.
async fn forever() -> Infallible {
    std::future::pending().await
}

/// Waits once, so that an argument is held across it.
async fn wait() {
    futures::pending!();
}

/// Runs a future that is ready at its first poll, without an executor that would cost something itself.
#[inline]
pub fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("nothing here waits"),
    }
}

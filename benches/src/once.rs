//! Pieces of work that are done once with each run: one call, one poll, one chunk.

use std::hint::black_box;
use std::task::{Context, Poll, Waker};

use futures::{Stream, StreamExt};

use crate::work::{Chunk, Model, Request, Tokens, ready};

/// One call of a model. Request and model are made before, and stay.
pub fn chat<F: Future>(chat: impl Fn(&'static Model, &'static Request) -> F) -> impl FnMut() {
    let model: &Model = Box::leak(Box::default());
    let request: &Request = Box::leak(Box::default());
    move || {
        black_box(ready(chat(black_box(model), black_box(request))));
    }
}

/// One call of a model of which nothing is recorded but constants and tokens.
pub fn chat_of_constants<F: Future>(chat: impl Fn(Tokens) -> F) -> impl FnMut() {
    move || {
        black_box(ready(chat(black_box(Tokens { input: 412, output: 38 }))));
    }
}

/// One call of a tool.
pub fn tool<F: Future>(tool: impl Fn(u64) -> F) -> impl FnMut() {
    move || {
        black_box(ready(tool(black_box(7))));
    }
}

/// One trace.
pub fn trace<F: Future>(trace: impl Fn() -> F) -> impl FnMut() {
    move || {
        black_box(ready(trace()));
    }
}

/// One poll of a future that never ends.
pub fn poll<F: Future>(future: F) -> impl FnMut() {
    let mut future = Box::pin(future);
    move || {
        let polled: Poll<F::Output> = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(black_box(polled).is_pending());
    }
}

/// One chunk of a stream that never ends.
pub fn chunk(mut stream: impl Stream<Item = Chunk> + Unpin) -> impl FnMut() {
    move || {
        let polled = stream.poll_next_unpin(&mut Context::from_waker(Waker::noop()));
        assert!(black_box(polled).is_ready());
    }
}

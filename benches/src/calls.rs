//! What is measured of a call: the same piece of work under each kit, as variants.

use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use futures::{Stream, StreamExt};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};

use crate::alternate::Variant;
use crate::kits::{Ours, Peers};
use crate::table::{BY_HAND, OURS, PLAIN};
use crate::work::by_hand::Instruments;
use crate::work::{
    Chunk, Model, Request, SPANS_OF_TRACE, Tokens, agent_trace, fastrace, plain, ready, trace_weft,
    tracing,
};

/// Work that runs `$chat`, which borrows what it is given, once.
macro_rules! chat {
    ($chat:expr) => {{
        let (model, request) = (Model::default(), Request::default());
        move || {
            black_box(ready($chat(black_box(&model), black_box(&request))));
        }
    }};
}

const TOKENS: Tokens = Tokens { input: 412, output: 38 };

pub fn chat<'a>(ours: &'a Ours, peers: &'a Peers) -> Vec<Variant<'a>> {
    vec![
        ours.variant(1, chat!(agent_trace::chat)),
        Variant::new(PLAIN, chat!(plain::chat)),
        peers.by_hand(1, chat!(|model, request| peers.by_hand.chat(model, request))),
        peers.tracing(1, chat!(tracing::chat)),
        peers.fastrace(1, chat!(fastrace::chat)),
        peers.trace_weft(1, chat!(trace_weft::chat)),
    ]
}

/// By hand measures as well; the other peers have no metrics.
pub fn measured_chat<'a>(ours: &'a Ours, peers: &'a Peers) -> Vec<Variant<'a>> {
    let mut variants = chat(ours, peers);
    variants.retain(|variant| variant.name() != BY_HAND);
    let by_hand = chat!(|model, request| peers.by_hand.measured_chat(model, request));
    variants.insert(2, peers.by_hand(1, by_hand));
    variants
}

pub fn chat_of_constants<'a>(ours: &'a Ours, peers: &'a Peers) -> Vec<Variant<'a>> {
    macro_rules! chat {
        ($chat:expr) => {
            || {
                black_box(ready($chat(black_box(TOKENS))));
            }
        };
    }
    vec![
        ours.variant(1, chat!(agent_trace::chat_of_constants)),
        Variant::new(PLAIN, chat!(plain::chat_of_constants)),
        peers.by_hand(1, chat!(|tokens| peers.by_hand.chat_of_constants(tokens))),
        peers.tracing(1, chat!(tracing::chat_of_constants)),
        peers.fastrace(1, chat!(fastrace::chat_of_constants)),
        peers.trace_weft(1, chat!(trace_weft::chat_of_constants)),
    ]
}

/// A hundred spans each.
pub fn trace_of_tools<'a>(ours: &'a Ours, peers: &'a Peers) -> Vec<Variant<'a>> {
    vec![
        ours.variant(SPANS_OF_TRACE, || ready(agent_trace::trace_of_tools())),
        Variant::new(PLAIN, || ready(plain::trace_of_tools())),
        peers.by_hand(SPANS_OF_TRACE, || ready(peers.by_hand.trace_of_tools())),
        peers.tracing(SPANS_OF_TRACE, || ready(tracing::trace_of_tools())),
        peers.fastrace(SPANS_OF_TRACE, || ready(fastrace::trace_of_tools())),
    ]
}

/// A hundred spans each.
pub fn trace_of_steps<'a>(ours: &'a Ours, peers: &'a Peers) -> Vec<Variant<'a>> {
    vec![
        ours.variant(SPANS_OF_TRACE, || ready(agent_trace::trace_of_steps())),
        Variant::new(PLAIN, || ready(plain::trace_of_steps())),
        peers.by_hand(SPANS_OF_TRACE, || ready(peers.by_hand.trace_of_steps())),
        peers.tracing(SPANS_OF_TRACE, || ready(tracing::trace_of_steps())),
        peers.fastrace(SPANS_OF_TRACE, || ready(fastrace::trace_of_steps())),
    ]
}

/// What is installed, if anything, samples nothing.
pub fn chat_off(by_hand: Option<&Instruments>) -> Vec<Variant<'_>> {
    let mut variants =
        vec![Variant::new(OURS, chat!(agent_trace::chat)), Variant::new(PLAIN, chat!(plain::chat))];
    variants.extend(by_hand.map(|by_hand| {
        Variant::new(BY_HAND, chat!(|model, request| by_hand.chat(model, request)))
    }));
    variants
}

/// As [`chat_off`], with by hand measuring.
pub fn measured_chat_off(by_hand: &Instruments) -> Vec<Variant<'_>> {
    let mut variants = chat_off(None);
    let by_hand = chat!(|model, request| by_hand.measured_chat(model, request));
    variants.push(Variant::new(BY_HAND, by_hand));
    variants
}

/// As [`chat_off`], of a tool.
pub fn tool_off(by_hand: Option<&Instruments>) -> Vec<Variant<'_>> {
    macro_rules! tool {
        ($tool:expr) => {
            move || {
                black_box(ready($tool(black_box(7))));
            }
        };
    }
    let mut variants =
        vec![Variant::new(OURS, tool!(agent_trace::tool)), Variant::new(PLAIN, tool!(plain::tool))];
    let by_hand = by_hand.map(|by_hand| tool!(|number| by_hand.tool(number)));
    variants.extend(by_hand.map(|work| Variant::new(BY_HAND, work)));
    variants
}

/// Below it, the default sampler samples nothing.
pub fn unsampled_parent() -> opentelemetry::Context {
    let (trace, span) = (TraceId::from(0x4bf9), SpanId::from(0x00f0));
    let parent = SpanContext::new(trace, span, TraceFlags::default(), true, TraceState::default());
    opentelemetry::Context::new().with_remote_span_context(parent)
}

/// One poll of a future that has been polled before and never ends.
pub fn poll<'a>(ours: &'a Ours, peers: &'a Peers) -> Vec<Variant<'a>> {
    fn again<F: Future>(future: F) -> impl FnMut() {
        let mut future = Box::pin(future);
        move || {
            let context = &mut Context::from_waker(Waker::noop());
            let polled: Poll<F::Output> = Pin::as_mut(&mut future).poll(context);
            assert!(black_box(polled).is_pending());
        }
    }
    vec![
        ours.variant(0, again(agent_trace::forever())),
        Variant::new(PLAIN, again(plain::forever())),
        peers.by_hand(0, again(peers.by_hand.forever())),
        peers.tracing(0, again(tracing::forever())),
        peers.fastrace(0, again(fastrace::forever())),
    ]
}

/// One chunk of a stream that has been read before and never ends.
pub fn chunk<'a>(ours: &'a Ours, peers: &'a Peers) -> Vec<Variant<'a>> {
    fn next(mut stream: impl Stream<Item = Chunk> + Unpin) -> impl FnMut() {
        move || {
            let context = &mut Context::from_waker(Waker::noop());
            assert!(black_box(stream.poll_next_unpin(context)).is_ready());
        }
    }
    vec![
        ours.variant(0, next(agent_trace::chunks())),
        Variant::new(PLAIN, next(plain::chunks())),
        peers.by_hand(0, next(peers.by_hand.chunks())),
        peers.tracing(0, next(tracing::chunks())),
        peers.fastrace(0, next(fastrace::chunks())),
    ]
}

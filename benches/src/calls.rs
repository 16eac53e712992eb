//! What is measured of a call: the same piece of work under each kit, as variants.

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};

use crate::alternate::Variant;
use crate::kits::{Ours, Peers};
use crate::once;
use crate::table::{BY_HAND, OURS, PLAIN};
use crate::work::by_hand::Instruments;
use crate::work::{SPANS_OF_TRACE, agent_trace, fastrace, plain, trace_weft, tracing};

pub fn chat<'a>(ours: &'a Ours, peers: &'a Peers) -> Vec<Variant<'a>> {
    vec![
        ours.variant(1, once::chat(agent_trace::chat)),
        Variant::new(PLAIN, once::chat(plain::chat)),
        peers.by_hand(1, once::chat(|model, request| peers.by_hand.chat(model, request))),
        peers.tracing(1, once::chat(tracing::chat)),
        peers.fastrace(1, once::chat(fastrace::chat)),
        peers.trace_weft(1, once::chat(trace_weft::chat)),
    ]
}

/// By hand measures as well; the other peers have no metrics.
pub fn measured_chat<'a>(ours: &'a Ours, peers: &'a Peers) -> Vec<Variant<'a>> {
    let by_hand = once::chat(|model, request| peers.by_hand.measured_chat(model, request));
    let mut variants = chat(ours, peers);
    variants.retain(|variant| variant.name() != BY_HAND);
    variants.insert(2, peers.by_hand(1, by_hand));
    variants
}

pub fn chat_of_constants<'a>(ours: &'a Ours, peers: &'a Peers) -> Vec<Variant<'a>> {
    let by_hand = once::chat_of_constants(|tokens| peers.by_hand.chat_of_constants(tokens));
    vec![
        ours.variant(1, once::chat_of_constants(agent_trace::chat_of_constants)),
        Variant::new(PLAIN, once::chat_of_constants(plain::chat_of_constants)),
        peers.by_hand(1, by_hand),
        peers.tracing(1, once::chat_of_constants(tracing::chat_of_constants)),
        peers.fastrace(1, once::chat_of_constants(fastrace::chat_of_constants)),
        peers.trace_weft(1, once::chat_of_constants(trace_weft::chat_of_constants)),
    ]
}

pub fn trace_of_tools<'a>(ours: &'a Ours, peers: &'a Peers) -> Vec<Variant<'a>> {
    vec![
        ours.variant(SPANS_OF_TRACE, once::trace(agent_trace::trace_of_tools)),
        Variant::new(PLAIN, once::trace(plain::trace_of_tools)),
        peers.by_hand(SPANS_OF_TRACE, once::trace(|| peers.by_hand.trace_of_tools())),
        peers.tracing(SPANS_OF_TRACE, once::trace(tracing::trace_of_tools)),
        peers.fastrace(SPANS_OF_TRACE, once::trace(fastrace::trace_of_tools)),
    ]
}

pub fn trace_of_steps<'a>(ours: &'a Ours, peers: &'a Peers) -> Vec<Variant<'a>> {
    vec![
        ours.variant(SPANS_OF_TRACE, once::trace(agent_trace::trace_of_steps)),
        Variant::new(PLAIN, once::trace(plain::trace_of_steps)),
        peers.by_hand(SPANS_OF_TRACE, once::trace(|| peers.by_hand.trace_of_steps())),
        peers.tracing(SPANS_OF_TRACE, once::trace(tracing::trace_of_steps)),
        peers.fastrace(SPANS_OF_TRACE, once::trace(fastrace::trace_of_steps)),
    ]
}

/// Where nothing is installed, or what is installed samples nothing.
pub fn chat_off<'a>() -> Vec<Variant<'a>> {
    vec![
        Variant::new(OURS, once::chat(agent_trace::chat)),
        Variant::new(PLAIN, once::chat(plain::chat)),
    ]
}

pub fn chat_unsampled(by_hand: &Instruments) -> Vec<Variant<'_>> {
    let mut variants = chat_off();
    let by_hand = once::chat(|model, request| by_hand.chat(model, request));
    variants.push(Variant::new(BY_HAND, by_hand));
    variants
}

pub fn measured_chat_unsampled(by_hand: &Instruments) -> Vec<Variant<'_>> {
    let mut variants = chat_off();
    let by_hand = once::chat(|model, request| by_hand.measured_chat(model, request));
    variants.push(Variant::new(BY_HAND, by_hand));
    variants
}

/// Where nothing is installed, or what is installed samples nothing.
pub fn tool_off<'a>() -> Vec<Variant<'a>> {
    vec![
        Variant::new(OURS, once::tool(agent_trace::tool)),
        Variant::new(PLAIN, once::tool(plain::tool)),
    ]
}

pub fn tool_unsampled(by_hand: &Instruments) -> Vec<Variant<'_>> {
    let mut variants = tool_off();
    variants.push(Variant::new(BY_HAND, once::tool(|number| by_hand.tool(number))));
    variants
}

/// A parent in another service, below which the default sampler samples nothing.
pub fn unsampled_parent() -> Context {
    let (trace, span) = (TraceId::from(0x4bf9), SpanId::from(0x00f0));
    let parent = SpanContext::new(trace, span, TraceFlags::default(), true, TraceState::default());
    Context::new().with_remote_span_context(parent)
}

pub fn poll<'a>(ours: &'a Ours, peers: &'a Peers) -> Vec<Variant<'a>> {
    vec![
        ours.variant(0, once::poll(agent_trace::forever())),
        Variant::new(PLAIN, once::poll(plain::forever())),
        peers.by_hand(0, once::poll(peers.by_hand.forever())),
        peers.tracing(0, once::poll(tracing::forever())),
        peers.fastrace(0, once::poll(fastrace::forever())),
    ]
}

pub fn chunk<'a>(ours: &'a Ours, peers: &'a Peers) -> Vec<Variant<'a>> {
    vec![
        ours.variant(0, once::chunk(agent_trace::chunks())),
        Variant::new(PLAIN, once::chunk(plain::chunks())),
        peers.by_hand(0, once::chunk(peers.by_hand.chunks())),
        peers.tracing(0, once::chunk(tracing::chunks())),
        peers.fastrace(0, once::chunk(fastrace::chunks())),
    ]
}

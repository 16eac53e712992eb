//! B3, as Zipkin has it: in one header, or in several.
//!
//! Source: openzipkin/b3-propagation, and the OpenTelemetry specification's page on propagators.

use opentelemetry::propagation::{Extractor, Injector};
use opentelemetry::trace::{SpanContext, TraceState};

use super::{Remote, span_id, trace_id};

pub(in crate::propagation) const SINGLE: &str = "b3";
const TRACE: &str = "x-b3-traceid";
const SPAN: &str = "x-b3-spanid";
const SAMPLED: &str = "x-b3-sampled";
const FLAGS: &str = "x-b3-flags";
pub(in crate::propagation) const SEVERAL: [&str; 4] = [TRACE, SPAN, SAMPLED, FLAGS];

/// The one header goes before the several.
pub(in crate::propagation) fn extract(headers: &dyn Extractor) -> Option<SpanContext> {
    read_single(headers).or_else(|| read_several(headers))
}

fn read_single(headers: &dyn Extractor) -> Option<SpanContext> {
    let mut fields = headers.get(SINGLE)?.trim().split('-');
    let trace_id = trace_id(fields.next()?)?;
    let span_id = span_id(fields.next()?)?;
    // Who does not say it leaves it to others, and this is the first of them.
    let is_sampled = fields.next().map_or(Some(true), is_sampled)?;
    if let Some(parent) = fields.next() {
        super::span_id(parent)?;
    }
    let remote = Remote { trace_id, span_id, is_sampled, state: TraceState::NONE };
    if fields.next().is_none() { remote.span_context() } else { None }
}

fn read_several(headers: &dyn Extractor) -> Option<SpanContext> {
    let is_debugged = headers.get(FLAGS).is_some_and(|flags| flags.trim() == "1");
    let is_sampled = match headers.get(SAMPLED) {
        _ if is_debugged => true,
        Some(sampled) => is_sampled(sampled.trim())?,
        None => true,
    };
    let (trace_id, span_id) = (headers.get(TRACE)?.trim(), headers.get(SPAN)?.trim());
    let remote = Remote {
        trace_id: super::trace_id(trace_id)?,
        span_id: super::span_id(span_id)?,
        is_sampled,
        state: TraceState::NONE,
    };
    remote.span_context()
}

fn is_sampled(text: &str) -> Option<bool> {
    match text {
        "1" | "d" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

fn sampled(span: &SpanContext) -> &'static str {
    if span.is_sampled() { "1" } else { "0" }
}

pub(in crate::propagation) fn inject_single(span: &SpanContext, headers: &mut dyn Injector) {
    let text = format!("{}-{}-{}", span.trace_id(), span.span_id(), sampled(span));
    headers.set(SINGLE, text);
}

pub(in crate::propagation) fn inject_several(span: &SpanContext, headers: &mut dyn Injector) {
    headers.set(TRACE, span.trace_id().to_string());
    headers.set(SPAN, span.span_id().to_string());
    headers.set(SAMPLED, sampled(span).to_owned());
}

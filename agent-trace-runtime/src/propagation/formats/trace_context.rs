//! W3C Trace Context: `traceparent` and `tracestate`.
//!
//! Source: W3C Trace Context, level 1 (recommendation, 23 November 2021), with what level 2 says of tracestate's keys.

use std::fmt::Write;

use opentelemetry::propagation::Extractor;
use opentelemetry::trace::{SpanContext, TraceState};

use super::{Remote, hexadecimal, span_id};
use crate::propagation::carrier::Destination;

pub(in crate::propagation) const PARENT: &str = "traceparent";
pub(in crate::propagation) const STATE: &str = "tracestate";

/// `00-` and two ids and the flags.
const LENGTH: usize = 55;
const MAX_MEMBERS: usize = 32;
/// The most that is read of a state. Sixteen times what the specification wants everybody to pass on.
const MAX_STATE: usize = 8192;
const SAMPLED: u8 = 1;

pub(in crate::propagation) fn extract(headers: &dyn Extractor) -> Option<SpanContext> {
    let parents = headers.get_all(PARENT)?;
    // More than one is none: nobody can say which is right.
    let [parent] = *parents else { return None };
    let mut remote = read_parent(parent)?;
    remote.state =
        headers.get_all(STATE).and_then(|states| read_state(&states)).unwrap_or_default();
    remote.span_context()
}

fn read_parent(text: &str) -> Option<Remote> {
    let text = text.trim_matches([' ', '\t']);
    let (head, rest) = text.split_at_checked(LENGTH)?;
    let mut fields = head.split('-');
    let (version, trace, span, flags) =
        (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let [version] = hexadecimal(version)?;
    let is_whole = match version {
        0 => rest.is_empty(),
        // Of all that is to come, only that is known.
        1..=254 => rest.is_empty() || rest.starts_with('-'),
        255 => false,
    };
    let [flags] = hexadecimal(flags)?;
    let trace_id = hexadecimal(trace).map(opentelemetry::TraceId::from_bytes)?;
    (is_whole && fields.next().is_none()).then_some(Remote {
        trace_id,
        span_id: span_id(span)?,
        is_sampled: flags & SAMPLED != 0,
        state: TraceState::NONE,
    })
}

/// All of it or nothing: what is wrong in part cannot be trusted.
fn read_state(headers: &[&str]) -> Option<TraceState> {
    if headers.iter().map(|header| header.len()).sum::<usize>() > MAX_STATE {
        return None;
    }
    let mut members: Vec<(&str, &str)> = Vec::new();
    for member in headers.iter().flat_map(|header| header.split(',')) {
        let member = member.trim_matches([' ', '\t']);
        if member.is_empty() {
            continue;
        }
        let (key, value) = member.split_once('=')?;
        let is_known = members.iter().any(|(known, _)| *known == key);
        if members.len() == MAX_MEMBERS || is_known || key.is_empty() || !is_value(value) {
            return None;
        }
        members.push((key, value));
    }
    TraceState::from_key_value(members).ok()
}

fn is_value(value: &str) -> bool {
    let is_printable = value.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    is_printable && (1..=256).contains(&value.len()) && !value.ends_with(' ')
}

pub(in crate::propagation) fn inject(span: &SpanContext, headers: &mut dyn Destination) {
    let mut parent = String::with_capacity(LENGTH);
    let flags = u8::from(span.is_sampled());
    let _ = write!(parent, "00-{}-{}-{flags:02x}", span.trace_id(), span.span_id());
    headers.set(PARENT, parent);
    let state = if *span.trace_state() == TraceState::NONE {
        String::new()
    } else {
        span.trace_state().header()
    };
    if state.is_empty() {
        headers.remove(STATE);
    } else {
        headers.set(STATE, state);
    }
}

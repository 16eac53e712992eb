//! The headers of each format, read by its rules and written as they want them.

pub(super) mod b3;
pub(super) mod baggage;
pub(super) mod jaeger;
pub(super) mod trace_context;
pub(super) mod x_ray;

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

/// What a format has read of a span elsewhere.
struct Remote {
    trace_id: TraceId,
    span_id: SpanId,
    is_sampled: bool,
    state: TraceState,
}

impl Remote {
    /// `None` where an id is all zeros, which stands for none.
    fn span_context(self) -> Option<SpanContext> {
        let flags = TraceFlags::default().with_sampled(self.is_sampled);
        let context = SpanContext::new(self.trace_id, self.span_id, flags, true, self.state);
        context.is_valid().then_some(context)
    }
}

/// Reads hexadecimal digits in lower case, as many as a number of `BYTES` bytes has.
fn hexadecimal<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * BYTES {
        return None;
    }
    let mut bytes = [0; BYTES];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

const fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

/// A trace id of full length, or of half as many digits as older systems have, which is padded.
fn trace_id(text: &str) -> Option<TraceId> {
    match text.len() {
        16 => {
            let mut bytes = [0; 16];
            bytes[8..].copy_from_slice(&hexadecimal::<8>(text)?);
            Some(TraceId::from_bytes(bytes))
        }
        _ => hexadecimal(text).map(TraceId::from_bytes),
    }
}

fn span_id(text: &str) -> Option<SpanId> {
    hexadecimal(text).map(SpanId::from_bytes)
}

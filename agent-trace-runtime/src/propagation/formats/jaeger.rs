//! Jaeger's own header: `uber-trace-id`.
//!
//! Source: Jaeger's page on client libraries, of which the format is the only part still in use. Its baggage, a
//! header for each key, is neither read nor written.

use opentelemetry::propagation::{Extractor, Injector};
use opentelemetry::trace::{SpanContext, SpanId, TraceId, TraceState};

use super::{Remote, hexadecimal};

pub(in crate::propagation) const NAME: &str = "uber-trace-id";

const SAMPLED: u8 = 1;

pub(in crate::propagation) fn extract(headers: &dyn Extractor) -> Option<SpanContext> {
    let text = headers.get(NAME)?.trim();
    if text.len() > 128 {
        return None;
    }
    // Some clients encode what stands between the fields.
    let text = text.replace("%3A", ":").replace("%3a", ":");
    let mut fields = text.split(':');
    let (trace, span, parent, flags) =
        (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let _: [u8; 8] = padded(parent)?;
    let [flags] = padded(flags)?;
    let remote = Remote {
        trace_id: TraceId::from_bytes(padded(trace)?),
        span_id: SpanId::from_bytes(padded(span)?),
        is_sampled: flags & SAMPLED != 0,
        state: TraceState::NONE,
    };
    if fields.next().is_none() { remote.span_context() } else { None }
}

/// A number whose zeros at the start may be left out.
fn padded<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    let width = 2 * BYTES;
    (!text.is_empty() && text.len() <= width).then(|| hexadecimal(&format!("{text:0>width$}")))?
}

pub(in crate::propagation) fn inject(span: &SpanContext, headers: &mut dyn Injector) {
    let flags = u8::from(span.is_sampled());
    headers.set(NAME, format!("{}:{}:0:{flags}", span.trace_id(), span.span_id()));
}

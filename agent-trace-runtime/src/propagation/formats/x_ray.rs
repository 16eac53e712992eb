//! AWS X-Ray's header: `x-amzn-trace-id`.
//!
//! Source: the AWS X-Ray developer guide, "Tracing header".

use opentelemetry::propagation::{Extractor, Injector};
use opentelemetry::trace::{SpanContext, TraceId, TraceState};

use super::{Remote, hexadecimal, span_id};

pub(in crate::propagation) const NAME: &str = "x-amzn-trace-id";

/// The version of trace ids, the only one there is.
const VERSION: &str = "1-";

pub(in crate::propagation) fn extract(headers: &dyn Extractor) -> Option<SpanContext> {
    let header = headers.get(NAME)?;
    let field = |name: &str| {
        let fields = header.split(';').filter_map(|field| field.trim().split_once('='));
        fields.filter(|(known, _)| *known == name).map(|(_, value)| value).next()
    };
    let remote = Remote {
        trace_id: trace_id(field("Root")?)?,
        span_id: span_id(field("Parent")?)?,
        // Who asks, or does not say it, leaves it to others, and this is the first of them.
        is_sampled: match field("Sampled") {
            None | Some("1" | "?") => true,
            Some("0") => false,
            Some(_) => return None,
        },
        state: TraceState::NONE,
    };
    remote.span_context()
}

/// The seconds at which the trace began, in eight digits, and 24 more.
fn trace_id(text: &str) -> Option<TraceId> {
    let (seconds, rest) = text.strip_prefix(VERSION)?.split_once('-')?;
    if seconds.len() != 8 {
        return None;
    }
    hexadecimal(&format!("{seconds}{rest}")).map(TraceId::from_bytes)
}

pub(in crate::propagation) fn inject(span: &SpanContext, headers: &mut dyn Injector) {
    let trace = span.trace_id().to_string();
    let (seconds, rest) = trace.split_at(8);
    let (parent, sampled) = (span.span_id(), u8::from(span.is_sampled()));
    let text = format!("Root={VERSION}{seconds}-{rest};Parent={parent};Sampled={sampled}");
    headers.set(NAME, text);
}

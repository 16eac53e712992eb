//! What a context remembers of what came with a request.

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt};

/// Stands in the context of a request whose sender is not trusted: nothing that came with it is taken up below, by
/// whatever way.
#[derive(Clone, Copy, Debug)]
struct Untrusted;

/// The span elsewhere that the spans of a context continue.
#[derive(Clone, Debug, PartialEq)]
struct Continued(SpanContext);

/// `context` for a request whose sender is not trusted.
#[cfg(feature = "tower")]
pub(crate) fn untrusted(context: &Context) -> Context {
    context.with_value(Untrusted)
}

pub(super) fn is_untrusted(context: &Context) -> bool {
    context.get::<Untrusted>().is_some()
}

/// `context` below a span elsewhere. Where a span of this process continues that one already, it stays current: a layer
/// and a call that read the same headers are one below the other.
pub(super) fn below(context: &Context, remote: SpanContext) -> Context {
    let span = context.span();
    let is_ours = span.span_context().is_valid() && !span.span_context().is_remote();
    let continued = Continued(remote);
    if is_ours && context.get::<Continued>() == Some(&continued) {
        return context.clone();
    }
    context.with_remote_span_context(continued.0.clone()).with_value(continued)
}

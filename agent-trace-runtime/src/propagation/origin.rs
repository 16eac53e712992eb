//! What a context remembers of what came with a request.

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt};

/// Stands in the context of a request whose sender is not trusted: nothing that came with it is taken up below, by
/// whatever way.
#[derive(Clone, Copy, Debug)]
struct Untrusted;

/// Stands in the context of a request: the span elsewhere that its server continues.
#[derive(Clone, Debug, PartialEq)]
struct Continued(SpanContext);

/// `context` for a request whose sender is not trusted.
#[cfg(feature = "tower")]
pub(crate) fn untrusted(context: &Context) -> Context {
    context.with_value(Untrusted)
}

/// `context` for a request whose sender is trusted, with what it continues.
#[cfg(feature = "tower")]
pub(crate) fn trusted(context: Context) -> Context {
    let sender = context.span().span_context().clone();
    if sender.is_remote() { context.with_value(Continued(sender)) } else { context }
}

pub(super) fn is_untrusted(context: &Context) -> bool {
    context.get::<Untrusted>().is_some()
}

/// `context` below a span elsewhere. Where a server's span in this process continues that one, it stays current: a
/// layer and a call that read the same headers are one below the other.
pub(super) fn below(context: &Context, remote: SpanContext) -> Context {
    match context.get::<Continued>() {
        Some(Continued(continued)) if *continued == remote => context.clone(),
        _ => context.with_remote_span_context(remote),
    }
}

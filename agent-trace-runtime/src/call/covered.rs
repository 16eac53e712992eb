//! A call that the span around it stands for already: the tool that a request of MCP has asked for.

#[cfg(feature = "rmcp")]
pub(crate) use requested::Requested;

use opentelemetry::Context;

use super::site::CallSite;

/// Whether the span that is current in `parent` is this call's, which then opens none of its own.
#[cfg(not(feature = "rmcp"))]
#[inline]
pub(super) const fn is_covered(_site: &CallSite, _parent: &Context) -> bool {
    false
}

/// Whether the span that is current in `parent` is this call's, which then opens none of its own.
#[cfg(feature = "rmcp")]
#[inline]
pub(super) fn is_covered(site: &CallSite, parent: &Context) -> bool {
    site.operation == super::site::Operation::Tool && requested::is_covered(site, parent)
}

#[cfg(feature = "rmcp")]
mod requested {
    use std::sync::atomic::{AtomicBool, Ordering};

    use opentelemetry::Context;
    use opentelemetry::trace::{SpanId, TraceContextExt};

    use crate::call::site::CallSite;

    /// Whether a tool was ever asked for: to look into a context takes as long as to start a call.
    static IS_KNOWN: AtomicBool = AtomicBool::new(false);

    /// A tool that a request asks for, in the context of the request's span.
    #[derive(Debug)]
    pub(crate) struct Requested {
        tool: String,
        span: SpanId,
        /// A second call of the tool is another one.
        is_taken: AtomicBool,
    }

    impl Requested {
        /// The same context, which knows that its span stands for a call of `tool`.
        pub(crate) fn mark(context: &Context, tool: &str) -> Context {
            IS_KNOWN.store(true, Ordering::Relaxed);
            let span = context.span().span_context().span_id();
            let is_taken = AtomicBool::new(false);
            context.with_value(Self { tool: tool.to_owned(), span, is_taken })
        }
    }

    pub(super) fn is_covered(site: &CallSite, parent: &Context) -> bool {
        if !IS_KNOWN.load(Ordering::Relaxed) {
            return false;
        }
        let Some(requested) = parent.get::<Requested>() else { return false };
        site.target() == Some(&*requested.tool)
            && parent.span().span_context().span_id() == requested.span
            && !requested.is_taken.swap(true, Ordering::Relaxed)
    }
}

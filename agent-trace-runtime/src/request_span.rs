//! The span of a request between services, which the SDK makes: its name and what it is sampled by are the
//! request's, and known only at run time.

use std::borrow::Cow;

use opentelemetry::trace::{
    Link, SpanBuilder, SpanContext, SpanKind, Status, TraceContextExt, Tracer,
};
use opentelemetry::{Context, KeyValue};

use crate::call::{Failure, with_pipeline};
use crate::semconv;

/// What is known of a request when it starts.
pub(crate) struct Request {
    pub(crate) kind: SpanKind,
    pub(crate) name: Cow<'static, str>,
    pub(crate) attributes: Vec<KeyValue>,
    /// The span that this one continues without being its child.
    pub(crate) link: Option<SpanContext>,
}

/// Where the span of a server's request is current, in the extensions of that request.
#[cfg(feature = "tower")]
#[derive(Clone, Debug)]
pub(crate) struct ServerContext(
    #[cfg_attr(not(feature = "rmcp"), expect(dead_code, reason = "what handles MCP reads it"))]
    pub(crate) Context,
);

/// An open span. Dropped before its end, it ends as cancelled, or as panicked where the thread unwinds.
#[derive(Debug)]
pub(crate) struct RequestSpan {
    /// Where the span is current; none once it has ended.
    context: Option<Context>,
    /// The SDK keeps an attribute that is set twice twice: the first failure counts.
    has_failed: bool,
}

impl RequestSpan {
    /// Starts a span below `parent`; `None` where nobody would be told.
    pub(crate) fn start(parent: &Context, request: Request) -> Option<Self> {
        if parent.is_telemetry_suppressed() {
            return None;
        }
        let Request { kind, name, attributes, link } = request;
        let mut builder = SpanBuilder::from_name(name).with_kind(kind).with_attributes(attributes);
        builder.links = link.map(|link| vec![Link::with_context(link)]);
        with_pipeline(parent, |pipeline| {
            let span = pipeline.tracer.build_with_context(builder, parent);
            Self { context: Some(parent.with_span(span)), has_failed: false }
        })
    }

    #[cfg(feature = "tower")]
    pub(crate) const fn has_ended(&self) -> bool {
        self.context.is_none()
    }

    /// Where the span is current.
    pub(crate) fn context(&self) -> Context {
        self.context.clone().unwrap_or_default()
    }

    /// Sets attributes, while the span is open.
    pub(crate) fn set(&self, attributes: impl IntoIterator<Item = KeyValue>) {
        if let Some(context) = &self.context {
            context.span().set_attributes(attributes);
        }
    }

    /// Gives the span another name, which is known now.
    pub(crate) fn rename(&self, name: impl Into<Cow<'static, str>>) {
        if let Some(context) = &self.context {
            context.span().update_name(name);
        }
    }

    /// Notes that the request has failed. What an error says is told where the texts of errors are.
    pub(crate) fn fail(&mut self, failure: &Failure) {
        let Some(context) = self.context.as_ref().filter(|_| !self.has_failed) else { return };
        self.has_failed = true;
        let span = context.span();
        span.set_attribute(KeyValue::new(semconv::ERROR_TYPE, failure.error_type.clone()));
        let text = with_pipeline(context, |pipeline| failure.text(&pipeline.settings).into_owned());
        span.set_status(Status::error(text.unwrap_or_default()));
    }

    /// Ends the span; once.
    pub(crate) fn end(&mut self) {
        if let Some(context) = self.context.take() {
            context.span().end();
        }
    }
}

impl Drop for RequestSpan {
    fn drop(&mut self) {
        if self.context.is_some() {
            let ending = if std::thread::panicking() { "panic" } else { "cancelled" };
            self.fail(&Failure::new(ending, ""));
            self.end();
        }
    }
}

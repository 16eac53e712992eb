//! The side that receives.

use std::time::Instant;

use opentelemetry::trace::{FutureExt, SpanContext, SpanKind, TraceContextExt};
use opentelemetry::{Context, KeyValue};
use rmcp::ErrorData;
use rmcp::model::Extensions;

use super::connection::Connection;
use super::message::Message;
use super::metrics::{self, Measured};
use super::outcome::Outcome;
use super::session::Session;
use crate::call::Requested;
use crate::propagation::{Carrier, extract_context, in_force};
#[cfg(feature = "tower")]
use crate::request_span::ServerContext;
use crate::request_span::{self, RequestSpan};
use crate::semconv;

/// A handler of `rmcp` whose requests are traced: each is a span of kind SERVER, below the span that has sent it.
///
/// It goes around a `ServerHandler`, as the macros of `rmcp` make one, or around a client's handler, which a server
/// can ask, too. It lasts as long as the session, whose duration is measured.
///
/// # Examples
///
/// ```no_run
/// use agent_trace_runtime::mcp::Traced;
/// use rmcp::{ServerHandler, ServiceExt};
///
/// struct Weather;
///
/// impl ServerHandler for Weather {}
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// # let transport = tokio::io::duplex(1024).0;
/// let server = Traced::new(Weather).serve(transport).await?;
/// server.waiting().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Traced<S> {
    pub(super) service: S,
    pub(super) session: Session,
}

impl<S> Traced<S> {
    /// Traces what `service` is asked.
    pub fn new(service: S) -> Self {
        Self { service, session: Session::begin() }
    }

    /// The handler.
    pub const fn get_ref(&self) -> &S {
        &self.service
    }

    /// Handles a request, or a notification, of this session.
    pub(super) async fn handle<T>(
        &self,
        arrived: Arrived<'_, impl Carrier>,
        handling: impl Future<Output = Result<T, ErrorData>>,
        is_tool_error: fn(&T) -> bool,
    ) -> Result<T, ErrorData> {
        let Arrived { message, meta, ambient, mut connection, version, session } = arrived;
        // What is asked for in the first request is not agreed on yet.
        connection.version = version.filter(|_| message.method != "initialize");
        self.session.tell(session, connection.labels());
        let Some(received) = Received::open(message, ambient, meta, &connection) else {
            return handling.await;
        };
        let result = handling.with_context(received.context.clone()).await;
        received.close(&Outcome::of_receiver(&result, is_tool_error));
        result
    }
}

/// A message as it came in.
pub(super) struct Arrived<'a, M> {
    pub(super) message: Message,
    pub(super) meta: &'a M,
    /// Where it came in.
    pub(super) ambient: Context,
    pub(super) connection: Connection,
    /// The protocol's version that the two sides have agreed on.
    pub(super) version: Option<String>,
    /// What the session is measured as.
    pub(super) session: Measured,
}

/// A message that was received, while it is handled.
struct Received {
    context: Context,
    span: Option<RequestSpan>,
    message: Message,
    labels: Vec<KeyValue>,
    begun: Instant,
}

impl Received {
    /// `None` where nothing is installed, and for a notification whose sender has told no context: it would be a trace
    /// of its own, and there can be many.
    fn open(
        message: Message,
        ambient: Context,
        meta: &impl Carrier,
        connection: &Connection,
    ) -> Option<Self> {
        let context =
            in_force(&ambient, |propagation| extract_context(propagation, &ambient, meta))?;
        if message.id.is_none() && !context.span().span_context().is_valid() {
            return None;
        }
        let link = other_span(&ambient, &context);
        let mut labels = message.labels();
        labels.extend(connection.labels());
        let mut attributes = labels.clone();
        attributes.extend(message.details());
        attributes.extend(connection.details());
        let request = request_span::Request {
            kind: SpanKind::Server,
            name: message.span_name().into(),
            attributes,
            link,
        };
        let span = RequestSpan::start(&context, request);
        let mut context = span.as_ref().map_or(context, RequestSpan::context);
        if let (Some(_), Some(tool)) = (&span, &message.tool) {
            context = Requested::mark(&context, tool);
        }
        Some(Self { context, span, message, labels, begun: Instant::now() })
    }

    fn close(mut self, outcome: &Outcome) {
        if outcome.is_of_unknown_name() {
            // A stranger may have made it up: it is an attribute, but no name of a span, and tells nothing apart.
            self.labels.retain(|label| {
                ![semconv::TOOL_NAME, semconv::PROMPT_NAME].contains(&label.key.as_str())
            });
            if let Some(span) = &self.span {
                span.rename(self.message.method.clone());
            }
        }
        if let Some(mut span) = self.span.take() {
            span.set(outcome.code());
            if let Some(failure) = outcome.failure() {
                span.fail(&failure);
            }
            span.end();
        }
        self.measure(outcome);
    }

    fn measure(&mut self, outcome: &Outcome) {
        let mut labels = std::mem::take(&mut self.labels);
        labels.extend(outcome.labels());
        let elapsed = self.begun.elapsed();
        metrics::record(&self.context, Measured::ServerOperation, elapsed, &labels);
    }
}

/// Dropped before its end, a message was not handled to its end; what it names nobody has confirmed.
impl Drop for Received {
    fn drop(&mut self) {
        if !self.labels.is_empty() {
            self.measure(&Outcome::cancelled());
        }
    }
}

/// Where a message came in. Over HTTP, `rmcp` handles it in a task of its own, with the head of the request.
pub(super) fn ambient(extensions: &Extensions) -> Context {
    #[cfg(feature = "tower")]
    if let Some(parts) = extensions.get::<http::request::Parts>()
        && let Some(ServerContext(context)) = parts.extensions.get()
    {
        return context.clone();
    }
    let _ = extensions;
    Context::current()
}

/// The span that was current where a message came in, where it is not the one that has sent it.
fn other_span(ambient: &Context, context: &Context) -> Option<SpanContext> {
    let around = ambient.span().span_context().clone();
    let sender = context.span().span_context().clone();
    (around.is_valid() && around != sender).then_some(around)
}

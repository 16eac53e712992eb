//! The side that sends.

use std::time::Instant;

use opentelemetry::trace::{FutureExt, SpanKind};
use opentelemetry::{Context, KeyValue};
use rmcp::model::{
    CallToolRequest, CallToolRequestParams, CallToolResult, CancelledNotification,
    CancelledNotificationParam, ClientNotification, ClientRequest, ClientResult, GetMeta,
    GetPromptRequest, GetPromptRequestParams, GetPromptResult, ListToolsRequest, ListToolsResult,
    PaginatedRequestParams, ReadResourceRequest, ReadResourceRequestParams, ReadResourceResult,
    RequestId, ServerNotification, ServerRequest, ServerResult,
};
use rmcp::service::{Peer, PeerRequestOptions, RoleClient, RoleServer, ServiceError, ServiceRole};
use tokio::runtime::Handle;

use super::connection::Connection;
use super::message::Message;
use super::metrics::{self, Measured};
use super::outcome::Outcome;
use crate::CurrentCall;
use crate::call::current;
use crate::propagation::{CarrierMut, in_force, inject_context};
use crate::request_span::{self, RequestSpan};
use crate::semconv;

/// Sends the requests of a peer with spans.
pub trait PeerExt<R: ServiceRole> {
    /// The same peer, whose requests are traced.
    fn traced(&self) -> TracedPeer<'_, R>;
}

impl<R: ServiceRole> PeerExt<R> for Peer<R> {
    fn traced(&self) -> TracedPeer<'_, R> {
        TracedPeer { peer: self, connection: Connection::default() }
    }
}

/// A peer whose requests are spans of kind CLIENT, with the context in `params._meta`; [`PeerExt::traced`] makes it.
///
/// Dropped before its end, a request ends as cancelled, and the other side is told.
#[derive(Debug)]
pub struct TracedPeer<'a, R: ServiceRole> {
    peer: &'a Peer<R>,
    connection: Connection,
}

impl<R: ServiceRole> TracedPeer<'_, R> {
    /// Says that the other side is a process at the other end of a pipe, as over stdio.
    #[must_use]
    pub fn over_stdio(mut self) -> Self {
        self.connection = Connection::PIPE;
        self
    }

    /// Says that the other side is reached by HTTP, at this address. It is also what tells whether baggage may go
    /// there.
    #[must_use]
    pub fn over_http(mut self, address: &str) -> Self {
        self.connection = Connection::http(address);
        self
    }
}

/// A request that was sent, until its result is there; a notification, until it is sent.
struct Sent {
    context: Context,
    spans: Spans,
    labels: Vec<KeyValue>,
    begun: Instant,
}

/// What a request is told by.
enum Spans {
    Own(Option<RequestSpan>),
    /// The tool's that sends it.
    Covering(CurrentCall),
}

impl Sent {
    /// Opens what is told of a message, and puts the context beside it; `None` where nothing is installed.
    fn with_context(
        message: &Message,
        connection: &Connection,
        meta: &mut impl CarrierMut,
    ) -> Option<Self> {
        in_force(&Context::current(), |propagation| {
            let sent = Self::open(message, connection);
            inject_context(propagation, &sent.context, connection.host(), meta);
            sent
        })
    }

    fn open(message: &Message, connection: &Connection) -> Self {
        let around = Context::current();
        let mut labels = message.labels();
        labels.extend(connection.labels());
        let call = current();
        let is_covered = message.tool.as_deref().is_some_and(|tool| call.is_tool_named(tool));
        let (spans, context) = if is_covered {
            (Spans::Covering(call), around)
        } else {
            let request = request_span::Request {
                kind: SpanKind::Client,
                name: message.span_name().into(),
                attributes: labels.clone(),
                link: None,
            };
            let span = RequestSpan::start(&around, request);
            let context = span.as_ref().map_or(around, RequestSpan::context);
            (Spans::Own(span), context)
        };
        let sent = Self { context, spans, labels, begun: Instant::now() };
        if is_covered {
            // What a tool's call is, its own span tells.
            let known = [semconv::OPERATION_NAME, semconv::TOOL_NAME];
            let others = sent.labels.iter().filter(|label| !known.contains(&label.key.as_str()));
            sent.set(others.cloned());
        }
        sent.set(message.details());
        sent
    }

    fn set(&self, attributes: impl IntoIterator<Item = KeyValue>) {
        match &self.spans {
            Spans::Own(Some(span)) => span.set(attributes),
            Spans::Own(None) => {}
            Spans::Covering(call) => call.set_all(attributes),
        }
    }

    fn close(mut self, outcome: &Outcome) {
        self.set(outcome.code());
        match &mut self.spans {
            Spans::Own(Some(span)) => {
                if let Some(failure) = outcome.failure() {
                    span.fail(&failure);
                }
                span.end();
            }
            Spans::Own(None) => {}
            Spans::Covering(call) => call.take_failure(outcome.failure(), outcome.is_result()),
        }
        self.measure(outcome);
    }

    fn measure(&mut self, outcome: &Outcome) {
        let mut labels = std::mem::take(&mut self.labels);
        labels.extend(outcome.labels());
        let elapsed = self.begun.elapsed();
        metrics::record(&self.context, Measured::ClientOperation, elapsed, &labels);
    }
}

/// Dropped before its end, a request has taken its time all the same.
impl Drop for Sent {
    fn drop(&mut self) {
        if !self.labels.is_empty() {
            self.measure(&Outcome::cancelled());
        }
    }
}

/// Tells the other side that nobody waits for a result any more.
struct Abandoned<'a, R: ServiceRole> {
    peer: &'a Peer<R>,
    request: Option<RequestId>,
}

impl<R: ServiceRole> Drop for Abandoned<'_, R> {
    fn drop(&mut self) {
        let (Some(request), Ok(runtime)) = (self.request.take(), Handle::try_current()) else {
            return;
        };
        let peer = self.peer.clone();
        let parameters = CancelledNotificationParam::new(Some(request), None);
        runtime.spawn(async move {
            let notification = CancelledNotification::new(parameters);
            let _ = peer.send_notification(notification.into()).await;
        });
    }
}

/// Sends what is traced already.
async fn exchange<R: ServiceRole>(
    peer: &Peer<R>,
    request: R::Req,
    sent: Option<&Sent>,
) -> Result<R::PeerResp, ServiceError> {
    let handle = peer.send_request_with_option(request, PeerRequestOptions::no_options()).await?;
    if let Some(sent) = sent {
        sent.set([KeyValue::new(semconv::JSONRPC_REQUEST_ID, handle.id.to_string())]);
    }
    let mut abandoned = Abandoned { peer, request: Some(handle.id.clone()) };
    let result = handle.await_response().await;
    abandoned.request = None;
    result
}

macro_rules! traced_requests {
    ($role:ty, $request:ty, $result:ty, $notification:ty, $is_tool_error:expr) => {
        impl TracedPeer<'_, $role> {
            /// Sends any request, and waits for its result.
            ///
            /// # Errors
            ///
            /// Where the other side answers with an error, or not at all.
            pub async fn request(&self, mut request: $request) -> Result<$result, ServiceError> {
                let connection = self.agreed_connection();
                let message = Message::from(&request);
                let sent = Sent::with_context(&message, &connection, request.get_meta_mut());
                let Some(sent) = sent else { return exchange(self.peer, request, None).await };
                let exchange = exchange(self.peer, request, Some(&sent));
                let result = exchange.with_context(sent.context.clone()).await;
                sent.close(&Outcome::of_sender(&result, $is_tool_error));
                result
            }

            /// Sends a notification, which nobody answers.
            ///
            /// # Errors
            ///
            /// Where it cannot be sent.
            pub async fn notify(
                &self,
                mut notification: $notification,
            ) -> Result<(), ServiceError> {
                let connection = self.agreed_connection();
                let message = Message::from(&notification);
                let sent = Sent::with_context(&message, &connection, notification.get_meta_mut());
                let Some(sent) = sent else {
                    return self.peer.send_notification(notification).await;
                };
                let sending = self.peer.send_notification(notification);
                let result = sending.with_context(sent.context.clone()).await;
                sent.close(&Outcome::of_sender(&result, |()| false));
                result
            }

            fn agreed_connection(&self) -> Connection {
                let mut connection = self.connection.clone();
                let other = self.peer.peer_info();
                connection.version = other.map(|other| other.protocol_version.to_string());
                connection
            }
        }
    };
}

traced_requests!(RoleClient, ClientRequest, ServerResult, ClientNotification, |result| {
    matches!(result, ServerResult::CallToolResult(result) if result.is_error == Some(true))
});
traced_requests!(RoleServer, ServerRequest, ClientResult, ServerNotification, |_| false);

macro_rules! client_requests {
    ($($(#[$attribute:meta])* $method:ident($request:ident, $parameters:ty) => $result:ident;)*) => {
        impl TracedPeer<'_, RoleClient> {$(
            $(#[$attribute])*
            ///
            /// # Errors
            ///
            /// Where the server answers with an error, with something else, or not at all.
            pub async fn $method(&self, parameters: $parameters) -> Result<$result, ServiceError> {
                let request = $request::new(parameters);
                match self.request(ClientRequest::$request(request)).await? {
                    ServerResult::$result(result) => Ok(result),
                    _ => Err(ServiceError::UnexpectedResponse),
                }
            }
        )*}
    };
}

client_requests! {
    /// Asks for a prompt.
    get_prompt(GetPromptRequest, GetPromptRequestParams) => GetPromptResult;
    /// Reads a resource.
    read_resource(ReadResourceRequest, ReadResourceRequestParams) => ReadResourceResult;
}

impl TracedPeer<'_, RoleClient> {
    /// Calls a tool, and takes its result; a tool that asks for more before it can answer is an error, as of
    /// `Peer::call_tool`.
    ///
    /// # Errors
    ///
    /// Where the server answers with an error, with something else, or not at all.
    pub async fn call_tool(
        &self,
        parameters: CallToolRequestParams,
    ) -> Result<CallToolResult, ServiceError> {
        let request = CallToolRequest::new(parameters);
        let result = self.request(ClientRequest::CallToolRequest(request)).await?;
        call_tool_result(result).ok_or(ServiceError::UnexpectedResponse)
    }

    /// Asks for the tools that the server has, a page of them.
    ///
    /// # Errors
    ///
    /// Where the server answers with an error, with something else, or not at all.
    pub async fn list_tools(
        &self,
        page: Option<PaginatedRequestParams>,
    ) -> Result<ListToolsResult, ServiceError> {
        let request = ListToolsRequest { params: page, ..ListToolsRequest::default() };
        match self.request(ClientRequest::ListToolsRequest(request)).await? {
            ServerResult::ListToolsResult(result) => Ok(result),
            _ => Err(ServiceError::UnexpectedResponse),
        }
    }
}

/// The result of a tool. One without content is read as another kind of result, which has no more than it.
fn call_tool_result(result: ServerResult) -> Option<CallToolResult> {
    let mut call = CallToolResult::default();
    match result {
        ServerResult::CallToolResult(result) => return Some(result),
        ServerResult::EmptyResult(_) => {}
        ServerResult::TaskAckResult(acknowledged) => {
            call.result_type = Some(acknowledged.result_type);
            call.meta = acknowledged.meta;
        }
        ServerResult::CustomResult(custom) => {
            let members = custom.0.as_object().filter(|members| members.len() == 1)?;
            call.meta = Some(serde_json::from_value(members.get("_meta")?.clone()).ok()?);
        }
        _ => return None,
    }
    Some(call)
}

//! The layer of a server.

use std::fmt;
use std::sync::Arc;
use std::task::{self, Poll};

use http::header::HOST;
use http::uri::Authority;
use http::{Extensions, HeaderMap, Request, Response};
use http_body::Body;
use opentelemetry::Context;
use opentelemetry::trace::{SpanKind, TraceContextExt};
use tower_layer::Layer;
use tower_service::Service;

use super::attributes::{is_rpc, of_server};
use super::body::TracedBody;
use super::ending::{Claim, OpenRequest, Protocol, Side};
use super::response::ResponseFuture;
use super::rpc;
use crate::call::quietly;
use crate::propagation::{Propagation, extract_context, in_force, trusted, untrusted};
use crate::request_span::ServerContext;

/// Opens the span of each request that a server takes, below its caller's, and makes it current for the handler and
/// for the response's body.
///
/// It is named by the route that takes the request. Under axum, with the feature `axum`, the layer knows it. As any
/// layer of axum's, it has to be added after the routes: those that are added later are not traced at all. For others there is [`ServerLayer::route`]. Calls by gRPC are named
/// by their method.
///
/// See [the module](crate::http) for what is recorded.
#[derive(Clone, Default)]
pub struct ServerLayer {
    trusts: Option<Trusts>,
    route: Option<Route>,
}

type Trusts = Arc<dyn Fn(&HeaderMap) -> bool + Send + Sync>;
type Route = Arc<dyn Fn(&Extensions) -> Option<String> + Send + Sync>;

impl fmt::Debug for ServerLayer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ServerLayer").finish_non_exhaustive()
    }
}

impl ServerLayer {
    /// A layer that continues the trace of every caller.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Continues the traces of those callers only that `trusts` accepts by their headers. For others a trace of its
    /// own begins, with a link to the caller's span; nothing of their baggage is taken.
    ///
    /// For servers that strangers can reach: who decides on the ids and the sampling of a trace decides what it
    /// costs.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::http::ServerLayer;
    ///
    /// let public = ServerLayer::new().trust_if(|_| false);
    /// let gateway = ServerLayer::new().trust_if(|headers| headers.contains_key("x-internal-call"));
    /// ```
    #[must_use]
    pub fn trust_if(mut self, trusts: impl Fn(&HeaderMap) -> bool + Send + Sync + 'static) -> Self {
        self.trusts = Some(Arc::new(trusts));
        self
    }

    /// Says by what a router has left in the request's extensions which route takes it, like `/orders/{id}`. It has
    /// to be one of few: where only the path is known, say `None`.
    #[must_use]
    pub fn route(
        mut self,
        route: impl Fn(&Extensions) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.route = Some(Arc::new(route));
        self
    }

    fn open<B>(
        &self,
        propagation: &Propagation,
        current: Context,
        request: &Request<B>,
    ) -> OpenRequest {
        let headers = request.headers();
        let mut context = extract_context(propagation, &current, headers);
        let mut link = None;
        // Who cannot be asked is not trusted.
        let is_trusted = |trusts: &Trusts| quietly(|| trusts(headers)).unwrap_or(false);
        if !self.trusts.as_ref().is_none_or(is_trusted) {
            let remote = context.span().span_context().clone();
            link = Some(remote).filter(|remote| remote.is_valid() && remote.is_remote());
            context = untrusted(&current);
        } else {
            context = trusted(context);
        }
        let route = match &self.route {
            Some(route) => quietly(|| route(request.extensions())).flatten(),
            None => matched_path(request.extensions()),
        };
        let uri = request.uri();
        let http = of_server(request.method(), uri, request.version(), headers, route);
        let (described, protocol) = if is_rpc(headers) {
            let host = headers.get(HOST).and_then(|host| host.to_str().ok());
            let host = uri.authority().map(Authority::as_str).or(host);
            let claim = Claim { path: uri.path().to_owned(), http };
            (rpc::claimed(host), Protocol::Claimed(Box::new(claim)))
        } else {
            (http, Protocol::Http)
        };
        let span = described.open(&context, SpanKind::Server, link);
        OpenRequest::new(context, span, Side::Server, request.method().clone(), protocol)
    }
}

#[cfg(feature = "axum")]
fn matched_path(extensions: &Extensions) -> Option<String> {
    extensions.get::<axum::extract::MatchedPath>().map(|path| path.as_str().to_owned())
}

#[cfg(not(feature = "axum"))]
const fn matched_path(_: &Extensions) -> Option<String> {
    None
}

impl<S> Layer<S> for ServerLayer {
    type Service = ServerService<S>;

    fn layer(&self, service: S) -> ServerService<S> {
        ServerService { service, layer: self.clone() }
    }
}

/// A server whose requests are traced; [`ServerLayer`] makes it.
#[derive(Clone, Debug)]
pub struct ServerService<S> {
    service: S,
    layer: ServerLayer,
}

impl<S, B, R> Service<Request<B>> for ServerService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: Body,
{
    type Response = Response<TracedBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut task::Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> ResponseFuture<S::Future> {
        let current = Context::current();
        let open = in_force(&current, |propagation| {
            self.layer.open(propagation, current.clone(), &request)
        });
        if let Some(open) = &open {
            // For what handles the request in a task of its own.
            request.extensions_mut().insert(ServerContext(open.context().clone()));
        }
        ResponseFuture::of(open, || self.service.call(request))
    }
}

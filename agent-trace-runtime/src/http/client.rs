//! The layer of a client.

use std::borrow::Cow;
use std::task::{self, Poll};

use http::header::HOST;
use http::{Request, Response};
use http_body::Body;
use opentelemetry::Context;
use opentelemetry::trace::SpanKind;
use tower_layer::Layer;
use tower_service::Service;

use super::attributes::{is_rpc, of_client};
use super::body::TracedBody;
use super::ending::{OpenRequest, Protocol, Side};
use super::response::ResponseFuture;
use super::rpc;
use crate::propagation::{Propagation, in_force, inject_context};

/// Opens the span of each request that a client sends, and writes the context into its headers.
///
/// Where an annotated call stands for the request already, as `#[llm_call]` does, [`ClientLayer::without_spans`]
/// leaves it at the headers: one call, one span.
///
/// It goes around any service of `http` requests: hyper's client, and tonic's channel.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::http::ClientLayer;
/// use tonic::transport::Endpoint;
/// use tower::ServiceBuilder;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// # let _entered = runtime.enter();
/// let channel = Endpoint::from_static("http://summarizer.internal:50051").connect_lazy();
/// let layer = ClientLayer::new().host("summarizer.internal:50051");
/// let channel = ServiceBuilder::new().layer(layer).service(channel);
/// // SummarizerClient::new(channel)
/// # drop(channel);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct ClientLayer {
    is_silent: bool,
    host: Option<Cow<'static, str>>,
}

impl ClientLayer {
    /// A layer that opens a span for each request.
    #[must_use]
    pub const fn new() -> Self {
        Self { is_silent: false, host: None }
    }

    /// Only writes the context into the headers.
    #[must_use]
    pub const fn without_spans() -> Self {
        Self { is_silent: true, host: None }
    }

    /// Says where requests go that do not say it themselves, as those of tonic's clients: `example.com:50051`.
    #[must_use]
    pub fn host(mut self, host: impl Into<Cow<'static, str>>) -> Self {
        self.host = Some(host.into());
        self
    }

    /// Opens the request below the current context, and gives its headers what is to travel.
    fn open<B>(
        &self,
        propagation: &Propagation,
        current: Context,
        request: &mut Request<B>,
    ) -> OpenRequest {
        let host = host_of(request).or_else(|| self.host.as_deref().map(str::to_owned));
        let is_rpc = is_rpc(request.headers());
        let span = if self.is_silent {
            None
        } else {
            let described = if is_rpc {
                rpc::described(request.uri().path(), host.as_deref())
            } else {
                of_client(request.method(), request.uri(), host.as_deref())
            };
            described.open(&current, SpanKind::Client, None)
        };
        let protocol = if is_rpc { Protocol::Rpc } else { Protocol::Http };
        let method = request.method().clone();
        let open = OpenRequest::new(current, span, Side::Client, method, protocol);
        inject_context(propagation, open.context(), host.as_deref(), request.headers_mut());
        open
    }
}

/// Where a request goes, with its port where it names one.
fn host_of<B>(request: &Request<B>) -> Option<String> {
    let authority = request.uri().authority().map(|authority| {
        let text = authority.as_str();
        text.rsplit_once('@').map_or(text, |(_, host)| host)
    });
    let header = || request.headers().get(HOST).and_then(|host| host.to_str().ok());
    authority.or_else(header).map(str::to_owned)
}

impl<S> Layer<S> for ClientLayer {
    type Service = ClientService<S>;

    fn layer(&self, service: S) -> ClientService<S> {
        ClientService { service, layer: self.clone() }
    }
}

/// A client whose requests are traced; [`ClientLayer`] makes it.
#[derive(Clone, Debug)]
pub struct ClientService<S> {
    service: S,
    layer: ClientLayer,
}

impl<S, B, R> Service<Request<B>> for ClientService<S>
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
            self.layer.open(propagation, current.clone(), &mut request)
        });
        ResponseFuture::of(open, || self.service.call(request))
    }
}

//! Requests between services: what carries the context, and what opens a span for it on either side.

use std::convert::Infallible;
use std::future::{Ready, ready};

use agent_trace_runtime::http::{ClientMiddleware, ServerLayer};
use agent_trace_runtime::propagation;
use axum::body::Body;
use axum::http::{Extensions, HeaderMap, Request, Response};
use futures::FutureExt;
use opentelemetry::Context;
use opentelemetry::propagation::{TextMapCompositePropagator, TextMapPropagator};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_instrumentation_tower::http::server::Layer as PeerLayer;
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next};
use reqwest_tracing::TracingMiddleware;
use tower::{Layer, Service, service_fn};

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// The headers of a request that continues a trace.
pub fn headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("host", "specialist.internal:8080".parse().expect("it is a host"));
    headers.insert("traceparent", PARENT.parse().expect("it is a header"));
    headers
}

pub fn extract(headers: &HeaderMap) -> Context {
    propagation::extract(headers)
}

pub fn inject(headers: &mut HeaderMap) {
    propagation::inject(headers);
}

/// The SDK's propagators, as its documentation puts them together.
#[derive(Debug)]
pub struct ByHand(TextMapCompositePropagator);

impl ByHand {
    pub fn new() -> Self {
        Self(TextMapCompositePropagator::new(vec![
            Box::new(TraceContextPropagator::new()),
            Box::new(BaggagePropagator::new()),
        ]))
    }

    pub fn extract(&self, headers: &HeaderMap) -> Context {
        self.0.extract(&HeaderExtractor(headers))
    }

    pub fn inject(&self, headers: &mut HeaderMap) {
        self.0.inject(&mut HeaderInjector(headers));
    }
}

impl Default for ByHand {
    fn default() -> Self {
        Self::new()
    }
}

type Answer = Result<Response<Body>, Infallible>;

fn handler()
-> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future = Ready<Answer>>
+ Clone {
    service_fn(|request: Request<Body>| {
        drop(request);
        ready(Ok(Response::new(Body::empty())))
    })
}

/// Serves one request, which is answered at once.
pub fn serve() -> impl FnMut() {
    serving(ServerLayer::new().layer(handler()))
}

pub fn serve_with_peer() -> impl FnMut() {
    serving(PeerLayer::new().layer(handler()))
}

pub fn serve_plainly() -> impl FnMut() {
    serving(handler())
}

fn serving<B>(mut service: impl Service<Request<Body>, Response = Response<B>>) -> impl FnMut() {
    let headers = headers();
    move || {
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = "/agents/specialist".parse().expect("it is a path");
        *request.headers_mut() = headers.clone();
        let response = service.call(request).now_or_never();
        assert!(response.is_some_and(|response| response.is_ok()), "it is answered at once");
    }
}

/// Answers in the place of the network.
struct Network;

#[async_trait::async_trait]
impl Middleware for Network {
    async fn handle(
        &self,
        request: reqwest::Request,
        _: &mut Extensions,
        _: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        drop(request);
        Ok(Response::new("").into())
    }
}

/// Sends one request, which is answered at once.
pub fn send() -> impl FnMut() {
    sending(client().with(ClientMiddleware::new()))
}

pub fn send_with_peer() -> impl FnMut() {
    sending(client().with(TracingMiddleware::default()))
}

pub fn send_plainly() -> impl FnMut() {
    sending(client())
}

fn client() -> ClientBuilder {
    ClientBuilder::new(reqwest::Client::new())
}

fn sending(client: ClientBuilder) -> impl FnMut() {
    let client: ClientWithMiddleware = client.with(Network).build();
    let url: reqwest::Url = "http://specialist.internal:8080/agents".parse().expect("it is a URL");
    move || {
        let request = reqwest::Request::new(reqwest::Method::POST, url.clone());
        let response = client.execute(request).now_or_never();
        assert!(response.is_some_and(|response| response.is_ok()), "it is answered at once");
    }
}

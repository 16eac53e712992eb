//! Serves the metrics to Prometheus, which fetches them.

use std::convert::Infallible;
use std::net::TcpListener;

use http::header::CONTENT_TYPE;
use http::{Method, Request, Response, StatusCode};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use opentelemetry_prometheus::PrometheusExporter;
use prometheus::{Encoder, Registry, TextEncoder};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::error::{InstallError, warn};

/// How many connections are served at once.
const CONNECTIONS: usize = 64;

/// The running server. It stops when this is dropped.
#[derive(Debug)]
pub(super) struct Scraped {
    _alive: oneshot::Sender<()>,
}

/// Starts the server at this address, and gives the reader that collects what it tells.
pub(super) fn serve(
    place: &str,
    runtime: &Handle,
) -> Result<(PrometheusExporter, Scraped), InstallError> {
    let unusable = |error: std::io::Error| InstallError::InvalidSetting {
        setting: "prometheus".to_owned(),
        value: place.to_owned(),
        reason: format!("metrics cannot be served at this address: {error}"),
    };
    let listener = TcpListener::bind(place).map_err(unusable)?;
    listener.set_nonblocking(true).map_err(unusable)?;
    let registry = Registry::new();
    let exporter = opentelemetry_prometheus::exporter()
        .with_registry(registry.clone())
        .build()
        .map_err(|error| InstallError::Exporter(Box::new(error)))?;
    let (alive, ended) = oneshot::channel();
    let _entered = runtime.enter();
    let listener = tokio::net::TcpListener::from_std(listener).map_err(unusable)?;
    runtime.spawn(accept(listener, registry, ended));
    Ok((exporter, Scraped { _alive: alive }))
}

async fn accept(
    listener: tokio::net::TcpListener,
    registry: Registry,
    mut ended: oneshot::Receiver<()>,
) {
    let permits = std::sync::Arc::new(tokio::sync::Semaphore::new(CONNECTIONS));
    loop {
        let Ok(permit) = permits.clone().acquire_owned().await else { return };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut ended => return,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Of the connection, or of the process: it has no more files, say.
                warn(&format_args!("a request for metrics could not be accepted: {error}"));
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                continue;
            }
        };
        let registry = registry.clone();
        tokio::spawn(async move {
            let answer = service_fn(move |request| {
                let response = answer(&request, &registry);
                async move { Ok::<_, Infallible>(response) }
            });
            // A client that goes away is no concern of the others.
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                // Also of the next request on the same connection.
                .header_read_timeout(std::time::Duration::from_secs(10))
                .serve_connection(TokioIo::new(stream), answer)
                .await;
            drop(permit);
        });
    }
}

fn answer(
    request: &Request<Incoming>,
    registry: &Registry,
) -> Response<http_body_util::Full<Bytes>> {
    let (status, content_type, body) = match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, "/metrics") => {
            let mut body = Vec::new();
            let encoder = TextEncoder::new();
            match encoder.encode(&registry.gather(), &mut body) {
                Ok(()) => (StatusCode::OK, prometheus::TEXT_FORMAT, body),
                Err(error) => {
                    let text = error.to_string().into_bytes();
                    (StatusCode::INTERNAL_SERVER_ERROR, "text/plain", text)
                }
            }
        }
        (&Method::GET | &Method::HEAD, _) => {
            (StatusCode::NOT_FOUND, "text/plain", b"metrics are at /metrics\n".to_vec())
        }
        _ => (StatusCode::METHOD_NOT_ALLOWED, "text/plain", b"only GET is served\n".to_vec()),
    };
    let mut response = Response::new(http_body_util::Full::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static(content_type));
    response
}

//! An OTLP receiver on a loopback port, which keeps what it gets.

use std::collections::HashMap;
use std::io::Read;
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_server::{
    LogsService, LogsServiceServer,
};
use opentelemetry_proto::tonic::collector::logs::v1::{
    ExportLogsServiceRequest, ExportLogsServiceResponse,
};
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tonic::codec::CompressionEncoding;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

/// How long a test waits for spans that should have been sent.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running receiver. It stops when this is dropped.
#[derive(Debug)]
pub struct Collector {
    address: SocketAddr,
    inbox: Inbox,
    _alive: oneshot::Sender<()>,
}

/// One export request: of spans, where nothing else is said.
#[derive(Clone, Debug)]
pub struct Received<R = ExportTraceServiceRequest> {
    /// Headers or gRPC metadata, with lower-case names.
    pub headers: HashMap<String, String>,
    /// The decoded body.
    pub request: R,
}

impl Collector {
    /// Receives OTLP over gRPC.
    pub fn grpc() -> Self {
        Self::start(|listener, inbox, ended| async move {
            let gzip = CompressionEncoding::Gzip;
            let server = Server::builder()
                .add_service(TraceServiceServer::new(inbox.clone()).accept_compressed(gzip))
                .add_service(MetricsServiceServer::new(inbox.clone()).accept_compressed(gzip))
                .add_service(LogsServiceServer::new(inbox).accept_compressed(gzip));
            let _ = server.serve_with_incoming_shutdown(TcpIncoming::from(listener), ended).await;
        })
    }

    /// Receives OTLP over HTTP at `/v1/traces`, `/v1/metrics` and `/v1/logs`, as protobuf and as JSON.
    pub fn http() -> Self {
        Self::start(|listener, inbox, ended| async move {
            let router = axum::Router::new()
                .route("/v1/traces", post(receive::<ExportTraceServiceRequest>))
                .route("/v1/metrics", post(receive::<ExportMetricsServiceRequest>))
                .route("/v1/logs", post(receive::<ExportLogsServiceRequest>))
                .with_state(inbox);
            let _ = axum::serve(listener, router).with_graceful_shutdown(ended).await;
        })
    }

    fn start<S, F>(serve: S) -> Self
    where
        S: FnOnce(TcpListener, Inbox, Ended) -> F + Send + 'static,
        F: Future<Output = ()>,
    {
        let inbox = Inbox::default();
        let (alive, ended) = oneshot::channel::<()>();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("the port");
        listener.set_nonblocking(true).expect("a socket that does not block");
        let inbox_of_server = inbox.clone();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async move {
                let listener = TcpListener::from_std(listener).expect("a listener");
                let ended: Ended = Box::pin(async move {
                    let _ = ended.await;
                });
                serve(listener, inbox_of_server, ended).await;
            });
        });
        Self { address, inbox, _alive: alive }
    }

    /// `http://127.0.0.1:PORT`
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests with spans so far.
    pub fn received(&self) -> Vec<Received> {
        self.inbox.lock().spans.clone()
    }

    /// All requests with metrics so far.
    pub fn received_metrics(&self) -> Vec<Received<ExportMetricsServiceRequest>> {
        self.inbox.lock().metrics.clone()
    }

    /// All metrics of the last request.
    pub fn metrics(&self) -> Vec<Metric> {
        let received = self.inbox.lock();
        let resources = received.metrics.last().map(|last| last.request.resource_metrics.clone());
        let scopes = resources.into_iter().flatten().flat_map(|resource| resource.scope_metrics);
        scopes.flat_map(|scope| scope.metrics).collect()
    }

    /// All log records so far.
    pub fn log_records(&self) -> Vec<LogRecord> {
        let received = self.inbox.lock();
        let resources = received.logs.iter().flat_map(|received| &received.request.resource_logs);
        let scopes = resources.flat_map(|resource| &resource.scope_logs);
        scopes.flat_map(|scope| scope.log_records.clone()).collect()
    }

    /// All spans so far, in the order of their start.
    pub fn spans(&self) -> Vec<Span> {
        let mut spans: Vec<Span> = spans_of(&self.received()).cloned().collect();
        spans.sort_by_key(|span| span.start_time_unix_nano);
        spans
    }

    /// Waits until `count` spans have arrived, then gives all that have.
    ///
    /// # Panics
    ///
    /// Where fewer arrive in the time that a test waits.
    pub fn wait_for_spans(&self, count: usize) -> Vec<Span> {
        let deadline = Instant::now() + PATIENCE;
        let mut received = self.inbox.lock();
        while spans_of(&received.spans).count() < count {
            let left = deadline.saturating_duration_since(Instant::now());
            let arrived = spans_of(&received.spans).count();
            assert!(!left.is_zero(), "{arrived} of {count} spans arrived");
            let waited = self.inbox.arrived.wait_timeout(received, left);
            received = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(received);
        self.spans()
    }

    /// The resource attributes of the first request, as text.
    ///
    /// # Panics
    ///
    /// Where no request has arrived, or one without a resource.
    pub fn resource(&self) -> HashMap<String, String> {
        let received = self.received();
        let spans = received.first().expect("a request").request.resource_spans.first();
        let resource = spans.and_then(|spans| spans.resource.clone()).expect("a resource");
        let text = |attribute: opentelemetry_proto::tonic::common::v1::KeyValue| match attribute
            .value
            .and_then(|value| value.value)
        {
            Some(Value::StringValue(text)) => (attribute.key, text),
            other => (attribute.key, format!("{other:?}")),
        };
        resource.attributes.into_iter().map(text).collect()
    }
}

fn spans_of(received: &[Received]) -> impl Iterator<Item = &Span> {
    let resources = received.iter().flat_map(|received| &received.request.resource_spans);
    resources.flat_map(|resource| &resource.scope_spans).flat_map(|scope| &scope.spans)
}

type Ended = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

#[derive(Clone, Debug, Default)]
struct Inbox {
    received: Arc<Mutex<Requests>>,
    arrived: Arc<Condvar>,
}

#[derive(Debug, Default)]
struct Requests {
    spans: Vec<Received>,
    metrics: Vec<Received<ExportMetricsServiceRequest>>,
    logs: Vec<Received<ExportLogsServiceRequest>>,
}

/// A body that an exporter sends.
trait Export: Message + Default + serde::de::DeserializeOwned {
    fn list(requests: &mut Requests) -> &mut Vec<Received<Self>>;
}

impl Export for ExportTraceServiceRequest {
    fn list(requests: &mut Requests) -> &mut Vec<Received<Self>> {
        &mut requests.spans
    }
}

impl Export for ExportMetricsServiceRequest {
    fn list(requests: &mut Requests) -> &mut Vec<Received<Self>> {
        &mut requests.metrics
    }
}

impl Export for ExportLogsServiceRequest {
    fn list(requests: &mut Requests) -> &mut Vec<Received<Self>> {
        &mut requests.logs
    }
}

impl Inbox {
    fn lock(&self) -> std::sync::MutexGuard<'_, Requests> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put<R: Export>(&self, headers: &HeaderMap, request: R) {
        let headers = headers
            .iter()
            .map(|(name, value)| {
                (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        R::list(&mut self.lock()).push(Received { headers, request });
        self.arrived.notify_all();
    }
}

macro_rules! services {
    ($($service:ident: $request:ident => $response:ident;)*) => {$(
        #[tonic::async_trait]
        impl $service for Inbox {
            async fn export(
                &self,
                request: Request<$request>,
            ) -> Result<Response<$response>, Status> {
                let (metadata, _, request) = request.into_parts();
                self.put(&metadata.into_headers(), request);
                Ok(Response::new($response::default()))
            }
        }
    )*};
}
services! {
    TraceService: ExportTraceServiceRequest => ExportTraceServiceResponse;
    MetricsService: ExportMetricsServiceRequest => ExportMetricsServiceResponse;
    LogsService: ExportLogsServiceRequest => ExportLogsServiceResponse;
}

async fn receive<R: Export>(
    State(inbox): State<Inbox>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let value = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let body = match value(header::CONTENT_ENCODING) {
        "" => body.to_vec(),
        "gzip" => {
            let mut plain = Vec::new();
            if flate2::read::GzDecoder::new(&body[..]).read_to_end(&mut plain).is_err() {
                return StatusCode::BAD_REQUEST;
            }
            plain
        }
        _ => return StatusCode::UNSUPPORTED_MEDIA_TYPE,
    };
    let request = match value(header::CONTENT_TYPE) {
        "application/x-protobuf" => R::decode(&body[..]).ok(),
        "application/json" => serde_json::from_slice(&body).ok(),
        _ => None,
    };
    let Some(request) = request else { return StatusCode::BAD_REQUEST };
    inbox.put::<R>(&headers, request);
    StatusCode::OK
}

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
use axum::response::{IntoResponse, Response as HttpResponse};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_server::{
    LogsService, LogsServiceServer,
};
use opentelemetry_proto::tonic::collector::logs::v1::{
    ExportLogsPartialSuccess, ExportLogsServiceRequest, ExportLogsServiceResponse,
};
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsPartialSuccess, ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
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

use crate::answers::Answer;

/// How long a test waits for spans that should have been sent.
const PATIENCE: Duration = Duration::from_secs(20);

/// A port that is free.
const FREE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

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
        Self::grpc_at(FREE)
    }

    /// The same at this address.
    pub fn grpc_at(address: SocketAddr) -> Self {
        Self::start(address, |listener, inbox| async move {
            let gzip = CompressionEncoding::Gzip;
            let server = Server::builder()
                .add_service(TraceServiceServer::new(inbox.clone()).accept_compressed(gzip))
                .add_service(MetricsServiceServer::new(inbox.clone()).accept_compressed(gzip))
                .add_service(LogsServiceServer::new(inbox).accept_compressed(gzip));
            let _ = server.serve_with_incoming(TcpIncoming::from(listener)).await;
        })
    }

    /// Receives OTLP over HTTP at `/v1/traces`, `/v1/metrics` and `/v1/logs`, as protobuf and as JSON.
    pub fn http() -> Self {
        Self::http_at(FREE)
    }

    /// The same at this address.
    pub fn http_at(address: SocketAddr) -> Self {
        Self::start(address, |listener, inbox| async move {
            let router = axum::Router::new()
                .route("/v1/traces", post(receive::<ExportTraceServiceRequest>))
                .route("/v1/metrics", post(receive::<ExportMetricsServiceRequest>))
                .route("/v1/logs", post(receive::<ExportLogsServiceRequest>))
                .with_state(inbox);
            let _ = axum::serve(listener, router).await;
        })
    }

    fn start<S, F>(address: SocketAddr, serve: S) -> Self
    where
        S: FnOnce(TcpListener, Inbox) -> F + Send + 'static,
        F: Future<Output = ()>,
    {
        let inbox = Inbox::default();
        let (alive, ended) = oneshot::channel::<()>();
        let listener = std::net::TcpListener::bind(address).expect("a free port");
        let address = listener.local_addr().expect("the port");
        listener.set_nonblocking(true).expect("a socket that does not block");
        let inbox_of_server = inbox.clone();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async move {
                let listener = TcpListener::from_std(listener).expect("a listener");
                // Connections go with the receiver, as when its process is killed.
                tokio::select! {
                    () = serve(listener, inbox_of_server) => {}
                    _ = ended => {}
                }
            });
        });
        Self { address, inbox, _alive: alive }
    }

    /// Answers this to each request from now on.
    pub fn answer(&self, answer: Answer) {
        self.inbox.lock().answer = answer;
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
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

#[derive(Clone, Debug, Default)]
struct Inbox {
    received: Arc<Mutex<Requests>>,
    arrived: Arc<Condvar>,
}

#[derive(Debug)]
struct Requests {
    answer: Answer,
    spans: Vec<Received>,
    metrics: Vec<Received<ExportMetricsServiceRequest>>,
    logs: Vec<Received<ExportLogsServiceRequest>>,
}

impl Default for Requests {
    fn default() -> Self {
        Self { answer: Answer::Take, spans: Vec::new(), metrics: Vec::new(), logs: Vec::new() }
    }
}

/// A body that an exporter sends.
trait Export: Message + Default + serde::de::DeserializeOwned {
    type Response: Message + serde::Serialize;

    fn list(requests: &mut Requests) -> &mut Vec<Received<Self>>;

    /// That so many of its items were rejected.
    fn response(rejected: i64) -> Self::Response;
}

macro_rules! exports {
    ($($request:ident: $list:ident => $response:ident, $partial:ident { $rejected:ident };)*) => {$(
        impl Export for $request {
            type Response = $response;

            fn list(requests: &mut Requests) -> &mut Vec<Received<Self>> {
                &mut requests.$list
            }

            fn response(rejected: i64) -> $response {
                let error_message = "too old".to_owned();
                let partial = $partial { $rejected: rejected, error_message };
                $response { partial_success: (rejected > 0).then_some(partial) }
            }
        }
    )*};
}

exports! {
    ExportTraceServiceRequest: spans
        => ExportTraceServiceResponse, ExportTracePartialSuccess { rejected_spans };
    ExportMetricsServiceRequest: metrics
        => ExportMetricsServiceResponse, ExportMetricsPartialSuccess { rejected_data_points };
    ExportLogsServiceRequest: logs
        => ExportLogsServiceResponse, ExportLogsPartialSuccess { rejected_log_records };
}

impl Inbox {
    fn lock(&self) -> std::sync::MutexGuard<'_, Requests> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a request, where that is what is answered.
    fn put<R: Export>(&self, headers: &HeaderMap, request: R) -> Answer {
        let answer = self.lock().answer;
        if !answer.is_taken() {
            return answer;
        }
        let headers = headers
            .iter()
            .map(|(name, value)| {
                (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        R::list(&mut self.lock()).push(Received { headers, request });
        self.arrived.notify_all();
        answer
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
                let answer = self.put(&metadata.into_headers(), request);
                answer.over_grpc()?;
                Ok(Response::new(<$request>::response(answer.rejected())))
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
) -> HttpResponse {
    let value = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let body = match value(header::CONTENT_ENCODING) {
        "" => body.to_vec(),
        "gzip" => {
            let mut plain = Vec::new();
            if flate2::read::GzDecoder::new(&body[..]).read_to_end(&mut plain).is_err() {
                return StatusCode::BAD_REQUEST.into_response();
            }
            plain
        }
        _ => return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response(),
    };
    let request = match value(header::CONTENT_TYPE) {
        "application/x-protobuf" => R::decode(&body[..]).ok(),
        "application/json" => serde_json::from_slice(&body).ok(),
        _ => None,
    };
    let Some(request) = request else { return StatusCode::BAD_REQUEST.into_response() };
    let answer = inbox.put::<R>(&headers, request);
    let mut response = answer.over_http();
    if answer.is_taken() {
        let told = R::response(answer.rejected());
        *response.body_mut() = match value(header::CONTENT_TYPE) {
            "application/json" => serde_json::to_vec(&told).unwrap_or_default().into(),
            _ => told.encode_to_vec().into(),
        };
    }
    response
}

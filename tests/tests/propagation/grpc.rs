//! Servers and clients of gRPC on real sockets. The service is OTLP's own, which every build has.

use std::net::SocketAddr;
use std::time::Duration;

use agent_trace_runtime::http::{ClientLayer, ServerLayer};
use agent_trace_runtime::opentelemetry::Value;
use agent_trace_runtime::opentelemetry::trace::{SpanKind, Status as SpanStatus};
use agent_trace_runtime::opentelemetry_sdk::trace::Sampler;
use agent_trace_runtime::propagation::{self, ClientInterceptor};
use agent_trace_runtime::testing::{RecordedSpan, Recorder};
use agent_trace_runtime::{FutureExt, agent, step};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::trace::v1::ResourceSpans;
use tokio::net::TcpListener;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Endpoint, Server};
use tonic::{Code, Request, Response, Status};
use tower::ServiceBuilder;

const METHOD: &str = "opentelemetry.proto.collector.trace.v1.TraceService/Export";

struct Summarizer;

#[agent(name = "summarizer")]
async fn summarize(parts: usize) -> Result<usize, Status> {
    match parts {
        0 => Err(Status::invalid_argument("nothing to summarize")),
        1 => Err(Status::internal("broken")),
        _ => Ok(parts),
    }
}

#[tonic::async_trait]
impl TraceService for Summarizer {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        summarize(request.get_ref().resource_spans.len()).await?;
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

async fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = Server::builder()
        .layer(ServerLayer::new())
        .add_service(TraceServiceServer::new(Summarizer))
        .serve_with_incoming(TcpIncoming::from(listener));
    tokio::spawn(server);
    address
}

fn request(parts: usize) -> ExportTraceServiceRequest {
    ExportTraceServiceRequest { resource_spans: vec![ResourceSpans::default(); parts] }
}

fn text<'a>(span: &'a RecordedSpan, key: &str) -> Option<&'a str> {
    match span.attribute(key) {
        Some(Value::String(text)) => Some(text.as_str()),
        _ => None,
    }
}

async fn count(recorder: &Recorder, count: usize) {
    let all = async {
        while recorder.spans().len() < count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), all).await.unwrap();
}

#[step("triage.summary")]
async fn call(address: SocketAddr, parts: usize) -> Result<(), Status> {
    let channel = Endpoint::from_shared(format!("http://{address}")).unwrap().connect_lazy();
    let layer = ClientLayer::new().host(address.to_string());
    let channel = ServiceBuilder::new().layer(layer).service(channel);
    TraceServiceClient::new(channel).export(request(parts)).await.map(drop)
}

#[tokio::test]
async fn a_call_is_one_tree_through_client_and_server() {
    let recorder = Recorder::install();
    let address = serve().await;
    call(address, 2).await.unwrap();
    count(&recorder, 4).await;
    assert_eq!(
        recorder.tree(),
        format!(
            "\
triage.summary
└─ {METHOD}
   └─ {METHOD}
      └─ invoke_agent summarizer
"
        )
    );
    for span in recorder.spans_named(METHOD) {
        assert_eq!(text(&span, "rpc.system.name"), Some("grpc"));
        assert_eq!(text(&span, "rpc.method"), Some(METHOD));
        assert_eq!(text(&span, "rpc.response.status_code"), Some("OK"), "{:?}", span.kind());
        assert_eq!(text(&span, "server.address"), Some("127.0.0.1"));
        assert_eq!(span.data().status, SpanStatus::Unset);
    }
}

#[tokio::test]
async fn codes_are_errors_where_the_conventions_say_so() {
    for (parts, code, name, of_server) in [
        (0, Code::InvalidArgument, "INVALID_ARGUMENT", false),
        (1, Code::Internal, "INTERNAL", true),
    ] {
        let recorder = Recorder::install();
        let address = serve().await;
        assert_eq!(call(address, parts).await.unwrap_err().code(), code);
        count(&recorder, 4).await;
        for span in recorder.spans_named(METHOD) {
            assert_eq!(text(&span, "rpc.response.status_code"), Some(name));
            let is_error = *span.kind() == SpanKind::Client || of_server;
            assert_eq!(span.error_type(), is_error.then_some(name), "{:?}", span.kind());
        }
    }
}

#[tokio::test]
async fn an_interceptor_passes_the_context_on_without_a_span() {
    let recorder = Recorder::install();
    let address = serve().await;
    #[agent(remote, name = "summarizer", provider = custom("acme"))]
    async fn ask(address: SocketAddr) {
        let channel = Endpoint::from_shared(format!("http://{address}")).unwrap().connect_lazy();
        let interceptor = ClientInterceptor::for_host("127.0.0.1");
        let mut client = TraceServiceClient::with_interceptor(channel, interceptor);
        client.export(request(2)).await.unwrap();
    }
    ask(address).await;
    count(&recorder, 3).await;
    assert_eq!(
        recorder.tree(),
        format!("invoke_agent summarizer\n└─ {METHOD}\n   └─ invoke_agent summarizer\n")
    );
}

#[tokio::test]
async fn what_no_service_knows_gives_no_name() {
    let recorder = Recorder::install();
    let address = serve().await;
    let channel = Endpoint::from_shared(format!("http://{address}")).unwrap().connect_lazy();
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await.unwrap();
    let path = "/made.Up/ByAStranger42".parse().unwrap();
    let codec =
        tonic_prost::ProstCodec::<ExportTraceServiceRequest, ExportTraceServiceResponse>::default();
    let status = client.unary(Request::new(request(1)), path, codec).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    count(&recorder, 1).await;
    let span = recorder.span("grpc");
    assert_eq!(text(&span, "rpc.method"), Some("_OTHER"));
    assert_eq!(text(&span, "rpc.method_original"), Some("made.Up/ByAStranger42"));
    assert_eq!(span.error_type(), Some("UNIMPLEMENTED"));
    let keys = span.attribute_keys();
    assert!(keys.windows(2).all(|pair| pair[0] != pair[1]), "{keys:?}");
}

#[tokio::test]
async fn below_an_unsampled_parent_nothing_is_recorded() {
    let sampler = Sampler::ParentBased(Box::new(Sampler::AlwaysOn));
    let recorder = Recorder::builder().sampler(sampler).install();
    let address = serve().await;
    let unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    let caller = propagation::extract(&serde_json::json!({ "traceparent": unsampled }));
    call(address, 2).with_context(caller).await.unwrap();
    assert!(recorder.spans().is_empty(), "the server was told: {}", recorder.tree());
    call(address, 2).await.unwrap();
    count(&recorder, 4).await;
}

//! Who is believed, and who is told: nothing of a stranger is taken up by any way, and baggage leaves to nobody else.

use agent_trace_runtime::http::{ClientMiddleware, ServerLayer};
use agent_trace_runtime::mcp::{PeerExt, Traced};
use agent_trace_runtime::opentelemetry::baggage::BaggageExt;
use agent_trace_runtime::opentelemetry::trace::{SpanId, TraceId};
use agent_trace_runtime::opentelemetry::{Context, KeyValue};
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{FutureExt, agent, propagation, semconv};
use agent_trace_tests::Tools;
use axum::Router;
use axum::http::HeaderMap;
use axum::response::Redirect;
use axum::routing::{get, post};
use reqwest::redirect::Policy;
use reqwest_middleware::ClientBuilder;
use rmcp::ServiceExt;
use rmcp::model::CallToolRequestParams;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{
    StreamableHttpClientTransport, StreamableHttpServerConfig, StreamableHttpService,
};
use tokio::net::TcpListener;

use crate::http::{ended, serve};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "b7ad6b7169203331";

fn sent(flags: &str) -> String {
    format!("00-{TRACE}-{SPAN}-{flags}")
}

async fn serve_router(router: Router) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    port
}

#[tokio::test]
async fn a_caller_that_is_not_trusted_gets_a_trace_of_its_own_with_a_link() {
    let recorder = Recorder::install();
    let layer = ServerLayer::new().trust_if(|headers| headers.contains_key("x-internal"));
    let address = serve(layer).await;
    let request = || {
        reqwest::Client::new()
            .get(format!("http://{address}/nothing"))
            .header("traceparent", sent("01"))
    };
    request().send().await.unwrap();
    let stranger = ended(&recorder, "GET /nothing").await;
    assert_ne!(stranger.trace_id().to_string(), TRACE);
    assert_eq!(stranger.parent_span_id(), SpanId::INVALID);
    let [link] = &*stranger.data().links.links else { panic!("one link") };
    assert_eq!(link.span_context.trace_id(), TraceId::from_hex(TRACE).unwrap());
    assert_eq!(link.span_context.span_id(), SpanId::from_hex(SPAN).unwrap());

    request().header("x-internal", "1").send().await.unwrap();
    while recorder.spans().len() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(recorder.spans()[1].trace_id().to_string(), TRACE);
    assert!(recorder.spans()[1].data().links.links.is_empty());
}

#[agent(name = "specialist", parent = headers)]
async fn specialist(headers: HeaderMap) -> String {
    let mut onwards = HeaderMap::new();
    propagation::inject(&mut onwards);
    onwards.get("baggage").map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn a_call_does_not_take_up_what_its_server_has_refused() {
    let keys = [semconv::CONVERSATION_ID];
    let recorder = Recorder::builder().baggage_keys(keys).baggage_hosts(["*"]).install();
    let layer = ServerLayer::new().trust_if(|_| false);
    let router = Router::new().route("/", post(specialist)).layer(layer);
    let url = format!("http://127.0.0.1:{}/", serve_router(router).await);
    let request = reqwest::Client::new().post(url).header("traceparent", sent("01"));
    let request = request.header("baggage", "gen_ai.conversation.id=evil");
    assert_eq!(request.send().await.unwrap().text().await.unwrap(), "", "nor is it passed on");
    let server = ended(&recorder, "POST /").await;
    let agent = recorder.span("invoke_agent specialist");
    assert_eq!(agent.parent_span_id(), server.span_id());
    assert_ne!(agent.trace_id().to_string(), TRACE);
    assert_eq!(agent.attribute(semconv::CONVERSATION_ID), None);
}

#[tokio::test]
async fn a_layer_and_a_call_that_read_the_same_headers_are_one_below_the_other() {
    let recorder = Recorder::install();
    let router = Router::new().route("/", post(specialist)).layer(ServerLayer::new());
    let url = format!("http://127.0.0.1:{}/", serve_router(router).await);
    let request = reqwest::Client::new().post(url).header("traceparent", sent("01"));
    request.send().await.unwrap();
    let server = ended(&recorder, "POST /").await;
    assert_eq!(server.parent_span_id(), SpanId::from_hex(SPAN).unwrap());
    assert_eq!(recorder.span("invoke_agent specialist").parent_span_id(), server.span_id());
}

#[tokio::test]
async fn mcp_over_http_obeys_the_layer_around_it() {
    let keys = [semconv::CONVERSATION_ID];
    for is_trusted in [false, true] {
        let recorder = Recorder::builder().baggage_keys(keys).baggage_hosts(["*"]).install();
        let service = StreamableHttpService::new(
            || Ok(Traced::new(Tools)),
            LocalSessionManager::default().into(),
            StreamableHttpServerConfig::default(),
        );
        let layer = ServerLayer::new().trust_if(move |_| is_trusted);
        let router = Router::new().nest_service("/mcp", service).layer(layer);
        let url = format!("http://127.0.0.1:{}/mcp", serve_router(router).await);
        let transport = StreamableHttpClientTransport::from_uri(url.clone());
        let client = Traced::new(()).serve(transport).await.unwrap();
        let stranger = propagation::extract(&serde_json::json!({
            "traceparent": sent("01"),
            "baggage": "gen_ai.conversation.id=evil",
        }));
        let traced = client.traced().over_http(&url);
        let call = traced.call_tool(CallToolRequestParams::new("weather"));
        call.with_context(stranger).await.unwrap();
        let tool = recorder.span("execute_tool forecast");
        assert_eq!(tool.trace_id().to_string() == TRACE, is_trusted, "{}", recorder.tree());
        assert_eq!(tool.attribute(semconv::CONVERSATION_ID).is_some(), is_trusted);
        // What no client has a span for is below the request that brought it.
        let initialize = recorder.span("initialize");
        let posts = recorder.spans_named("POST /mcp");
        let is_below = posts.iter().any(|post| post.span_id() == initialize.parent_span_id());
        assert!(is_below, "{}", recorder.tree());
    }
}

async fn told(headers: HeaderMap) -> String {
    headers.get("baggage").map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

fn user() -> Context {
    Context::current_with_baggage([KeyValue::new("user", "42")])
}

#[tokio::test]
async fn baggage_goes_to_allowed_hosts_by_the_client() {
    let _recorder = Recorder::builder().baggage_hosts(["127.0.0.1"]).install();
    let port = serve_router(Router::new().route("/", get(told))).await;
    let client = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let client = ClientBuilder::new(client).with(ClientMiddleware::new().with_baggage()).build();
    let get = async |host: &str, stale: bool| {
        let mut request = client.get(format!("http://{host}:{port}/"));
        if stale {
            // A handler that hands on the headers that it has got.
            request = request.header("baggage", "user=stale");
        }
        request.send().with_context(user()).await.unwrap().text().await.unwrap()
    };
    assert_eq!(get("127.0.0.1", false).await, "user=42");
    assert_eq!(get("127.0.0.1", true).await, "user=42");
    assert_eq!(get("localhost", false).await, "");
    assert_eq!(get("localhost", true).await, "");
}

#[tokio::test]
async fn a_redirect_takes_no_baggage_along() {
    let _recorder = Recorder::builder().baggage_hosts(["127.0.0.1"]).install();
    let port = serve_router(Router::new().route("/", get(told))).await;
    let elsewhere = format!("http://localhost:{port}/");
    let redirect = get(move || async move { Redirect::temporary(&elsewhere) });
    let port = serve_router(Router::new().route("/", redirect)).await;
    let client = ClientBuilder::new(reqwest::Client::new()).with(ClientMiddleware::new()).build();
    let request = client.get(format!("http://127.0.0.1:{port}/")).send().with_context(user());
    assert_eq!(request.await.unwrap().text().await.unwrap(), "");
}

//! Servers and clients of HTTP on real sockets: one trace from the caller's span to the handler's.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use agent_trace_runtime::http::{ClientMiddleware, ServerLayer};
use agent_trace_runtime::opentelemetry::Value;
use agent_trace_runtime::opentelemetry::trace::{SpanId, SpanKind, Status};
use agent_trace_runtime::opentelemetry_sdk::trace::Sampler;
use agent_trace_runtime::testing::{RecordedSpan, Recorder};
use agent_trace_runtime::{agent, propagation, tool};
use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use futures::{StreamExt, stream};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use tokio::net::TcpListener;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "b7ad6b7169203331";

/// What another service has sent.
fn sent(flags: &str) -> String {
    format!("00-{TRACE}-{SPAN}-{flags}")
}

#[agent(name = "specialist")]
async fn specialist(question: String) -> String {
    lookup();
    question.to_uppercase()
}

#[tool]
fn lookup() {}

#[agent(remote, name = "specialist", provider = custom("acme"))]
async fn ask_specialist(client: &ClientWithMiddleware, url: &str) -> String {
    let response = client.post(url).body("where is my order").send().await.unwrap();
    response.text().await.unwrap()
}

async fn answer(Path(_name): Path<String>, question: String) -> String {
    specialist(question).await
}

async fn streamed() -> Body {
    let items = stream::iter(["a", "b"]).map(|item| {
        lookup();
        Ok::<_, Infallible>(item)
    });
    Body::from_stream(items)
}

async fn headers_onwards() -> String {
    let mut headers = HeaderMap::new();
    propagation::inject(&mut headers);
    headers.get("traceparent").map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// Serves on a socket of its own until the test ends.
pub(crate) async fn serve_router(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

pub(crate) async fn serve(layer: ServerLayer) -> SocketAddr {
    let router = Router::new()
        .route("/agents/{name}", post(answer))
        .route("/stream", get(streamed))
        .route("/nothing", get(|| async { StatusCode::NO_CONTENT }))
        .route("/teapot", get(|| async { StatusCode::IM_A_TEAPOT }))
        .route("/fault", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
        .route("/onwards", get(headers_onwards))
        .layer(layer);
    serve_router(router).await
}

pub(crate) fn client() -> ClientWithMiddleware {
    ClientBuilder::new(reqwest::Client::new()).with(ClientMiddleware::new()).build()
}

pub(crate) fn text<'a>(span: &'a RecordedSpan, key: &str) -> Option<&'a str> {
    match span.attribute(key) {
        Some(Value::String(text)) => Some(text.as_str()),
        _ => None,
    }
}

fn number(span: &RecordedSpan, key: &str) -> Option<i64> {
    match span.attribute(key) {
        Some(Value::I64(number)) => Some(*number),
        _ => None,
    }
}

/// A span that the server ends after the client has gone on.
pub(crate) async fn ended(recorder: &Recorder, name: &str) -> RecordedSpan {
    let ended = async {
        loop {
            if let Some(span) = recorder.spans_named(name).pop() {
                return span;
            }
            tokio::task::yield_now().await;
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(10), ended).await;
    ended.unwrap_or_else(|_| panic!("no span `{name}` in:\n{}", recorder.tree()))
}

#[tokio::test]
async fn a_remote_agent_is_one_tree_through_client_and_server() {
    let recorder = Recorder::install();
    let address = serve(ServerLayer::new()).await;
    let url = format!("http://{address}/agents/shipping?token=secret");
    assert_eq!(ask_specialist(&client(), &url).await, "WHERE IS MY ORDER");
    ended(&recorder, "POST /agents/{name}").await;
    assert_eq!(
        recorder.tree(),
        "\
invoke_agent specialist
└─ POST
   └─ POST /agents/{name}
      └─ invoke_agent specialist
         └─ execute_tool lookup
"
    );
    let server = recorder.span("POST /agents/{name}");
    assert_eq!(*server.kind(), SpanKind::Server);
    assert!(server.data().parent_span_is_remote);
    assert_eq!(
        server.attribute_keys(),
        [
            "http.request.method",
            "http.response.status_code",
            "http.route",
            "network.protocol.version",
            "server.address",
            "server.port",
            "url.path",
            "url.query",
            "url.scheme",
        ]
    );
    assert_eq!(text(&server, "http.route"), Some("/agents/{name}"));
    assert_eq!(text(&server, "url.path"), Some("/agents/shipping"));
    assert_eq!(text(&server, "url.query"), Some("token=REDACTED"));
    assert_eq!(number(&server, "http.response.status_code"), Some(200));
    let client = recorder.span("POST");
    assert_eq!(*client.kind(), SpanKind::Client);
    assert_eq!(
        text(&client, "url.full").unwrap(),
        format!("http://{address}/agents/shipping?token=REDACTED")
    );
    assert_eq!(text(&client, "server.address"), Some("127.0.0.1"));
    assert_eq!(number(&client, "server.port"), Some(i64::from(address.port())));
    let [outer, inner] = &*recorder.spans_named("invoke_agent specialist") else {
        panic!("two agents")
    };
    // In the order of their ends.
    assert_eq!((outer.kind(), inner.kind()), (&SpanKind::Internal, &SpanKind::Client));
}

#[tokio::test]
async fn a_client_can_leave_the_span_to_the_call_around_it() {
    let recorder = Recorder::install();
    let address = serve(ServerLayer::new()).await;
    let client =
        ClientBuilder::new(reqwest::Client::new()).with(ClientMiddleware::without_spans()).build();
    ask_specialist(&client, &format!("http://{address}/agents/shipping")).await;
    let server = ended(&recorder, "POST /agents/{name}").await;
    assert!(recorder.spans_named("POST").is_empty(), "one call, one span");
    let remote = recorder
        .spans_named("invoke_agent specialist")
        .into_iter()
        .find(|span| *span.kind() == SpanKind::Client)
        .unwrap();
    assert_eq!(server.parent_span_id(), remote.span_id());
}

#[tokio::test]
async fn a_response_is_part_of_its_request_to_its_end() {
    let recorder = Recorder::install();
    let address = serve(ServerLayer::new()).await;
    let body = reqwest::get(format!("http://{address}/stream")).await.unwrap().text().await;
    assert_eq!(body.unwrap(), "ab");
    let server = ended(&recorder, "GET /stream").await;
    let tools = recorder.spans_named("execute_tool lookup");
    assert_eq!(tools.len(), 2);
    for tool in &tools {
        assert_eq!(tool.parent_span_id(), server.span_id());
        assert!(tool.data().end_time <= server.data().end_time);
    }
    assert_eq!(server.data().status, Status::Unset);
}

#[tokio::test]
async fn statuses_are_errors_where_the_conventions_say_so() {
    let recorder = Recorder::install();
    let address = serve(ServerLayer::new()).await;
    let client = client();
    for (path, status, of_client, of_server) in [
        ("/nothing", 204, None, None),
        ("/teapot", 418, Some("418"), None),
        ("/fault", 500, Some("500"), Some("500")),
        ("/elsewhere", 404, Some("404"), None),
    ] {
        let response = client.get(format!("http://{address}{path}")).send().await.unwrap();
        assert_eq!(response.status().as_u16(), status);
        // Nobody has made a route of what does not exist: the path of a stranger is no name.
        let name = if path == "/elsewhere" { "GET".to_owned() } else { format!("GET {path}") };
        ended(&recorder, &name).await;
        let find = |kind: SpanKind| {
            let has_status = |span: &RecordedSpan| {
                number(span, "http.response.status_code") == Some(status.into())
            };
            let mut spans = recorder.spans().into_iter();
            spans.rfind(|span| *span.kind() == kind && has_status(span))
        };
        let server = loop {
            match find(SpanKind::Server) {
                Some(server) => break server,
                None => tokio::task::yield_now().await,
            }
        };
        assert_eq!(server.name(), name);
        assert_eq!(server.error_type(), of_server, "{path}");
        assert_eq!(find(SpanKind::Client).unwrap().error_type(), of_client, "{path}");
    }
}

#[tokio::test]
async fn below_an_unsampled_parent_nothing_is_recorded_and_the_context_passed_on() {
    let sampler = Sampler::ParentBased(Box::new(Sampler::AlwaysOn));
    let recorder = Recorder::builder().sampler(sampler).install();
    let address = serve(ServerLayer::new()).await;
    let onwards = |flags: &'static str| async move {
        let request = reqwest::Client::new().get(format!("http://{address}/onwards"));
        request.header("traceparent", sent(flags)).send().await.unwrap().text().await.unwrap()
    };
    let passed = onwards("00").await;
    assert_eq!(&passed[3..35], TRACE);
    assert!(passed.ends_with("-00"), "{passed}");
    assert!(recorder.spans().is_empty());
    let passed = onwards("01").await;
    let server = ended(&recorder, "GET /onwards").await;
    assert_eq!(passed, format!("00-{TRACE}-{}-01", server.span_id()));
    assert_eq!(server.parent_span_id(), SpanId::from_hex(SPAN).unwrap());
}

#[tokio::test]
async fn hostile_headers_fail_no_request() {
    let recorder = Recorder::install();
    let address = serve(ServerLayer::new()).await;
    let url = format!("http://{address}/nothing");
    let long = "x".repeat(7000);
    let requests = [
        ("traceparent", "00-00000000000000000000000000000000-b7ad6b7169203331-01"),
        ("traceparent", long.as_str()),
        ("tracestate", long.as_str()),
        ("baggage", long.as_str()),
        ("host", "[::1"),
        ("host", "a:b:c"),
        ("user-agent", long.as_str()),
    ];
    for (name, value) in requests {
        let response = reqwest::Client::new().get(&url).header(name, value).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::NO_CONTENT.as_u16(), "{name}");
    }
    while recorder.spans().len() < requests.len() {
        tokio::task::yield_now().await;
    }
    for span in recorder.spans() {
        assert_eq!(span.parent_span_id(), SpanId::INVALID);
    }
}

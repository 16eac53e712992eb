//! MCP, both sides, over pipes, child processes and HTTP: one tree, with the context in `_meta`.

use std::time::Duration;

use agent_trace_runtime::mcp::{PeerExt, Traced};
use agent_trace_runtime::opentelemetry::trace::{SpanKind, Status};
use agent_trace_runtime::opentelemetry_sdk::trace::Sampler;
use agent_trace_runtime::testing::{RecordedSeries, RecordedSpan, Recorder};
use agent_trace_runtime::{FutureExt, agent, propagation, tool};
use agent_trace_tests::{Collector, Tools};
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind as WireKind;
use rmcp::model::{
    CallToolRequestParams, CallToolResult, ClientRequest, GetPromptRequestParams, PingRequest,
};
use rmcp::service::{RunningService, ServiceError};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{
    StreamableHttpClientTransport, StreamableHttpServerConfig, StreamableHttpService,
    TokioChildProcess,
};
use rmcp::{Peer, RoleClient, ServiceExt};
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::http::ended;

pub(crate) type Client = RunningService<RoleClient, Traced<()>>;

/// A client of a server in this process, through a pipe.
pub(crate) async fn client() -> Client {
    let (here, there) = tokio::io::duplex(4096);
    tokio::spawn(async move {
        let server = Traced::new(Tools).serve(there).await.unwrap();
        let _ = server.waiting().await;
    });
    Traced::new(()).serve(here).await.unwrap()
}

pub(crate) fn calling(tool: &'static str) -> CallToolRequestParams {
    CallToolRequestParams::new(tool)
}

pub(crate) fn text(span: &RecordedSpan, key: &str) -> Option<String> {
    span.attribute(key).map(ToString::to_string)
}

pub(crate) fn of_kind(recorder: &Recorder, name: &str, kind: SpanKind) -> RecordedSpan {
    let spans = recorder.spans_named(name).into_iter();
    let mut spans: Vec<RecordedSpan> = spans.filter(|span| *span.kind() == kind).collect();
    assert_eq!(spans.len(), 1, "{name}, {kind:?} in:\n{}", recorder.tree());
    spans.remove(0)
}

#[agent(name = "specialist")]
async fn specialist(client: &Peer<RoleClient>) -> Result<CallToolResult, ServiceError> {
    client.traced().over_stdio().call_tool(calling("weather")).await
}

#[tokio::test]
async fn a_tool_call_is_one_tree_through_both_sides() {
    let recorder = Recorder::install();
    let client = client().await;
    specialist(&client).await.unwrap();
    assert_eq!(
        recorder.tree(),
        "\
initialize
invoke_agent specialist
└─ tools/call weather
   └─ tools/call weather
      └─ execute_tool forecast
"
    );
    let client_span = of_kind(&recorder, "tools/call weather", SpanKind::Client);
    let server_span = of_kind(&recorder, "tools/call weather", SpanKind::Server);
    assert_eq!(server_span.parent_span_id(), client_span.span_id());
    for span in [&client_span, &server_span] {
        assert_eq!(
            span.attribute_keys(),
            [
                "gen_ai.operation.name",
                "gen_ai.tool.name",
                "jsonrpc.request.id",
                "mcp.method.name",
                "mcp.protocol.version",
                "network.transport",
            ]
        );
        assert_eq!(text(span, "mcp.method.name").as_deref(), Some("tools/call"));
        assert_eq!(text(span, "gen_ai.operation.name").as_deref(), Some("execute_tool"));
        assert_eq!(text(span, "network.transport").as_deref(), Some("pipe"));
        assert_eq!(span.data().status, Status::Unset);
    }
    assert_eq!(text(&client_span, "jsonrpc.request.id"), text(&server_span, "jsonrpc.request.id"));
}

#[tokio::test]
async fn a_tool_that_sends_the_request_is_its_span() {
    #[tool(name = "weather")]
    async fn ask(client: &Peer<RoleClient>) -> Result<CallToolResult, ServiceError> {
        client.traced().call_tool(calling("weather")).await
    }
    #[tool(name = "broken")]
    async fn ask_broken(client: &Peer<RoleClient>) -> Result<CallToolResult, ServiceError> {
        client.traced().call_tool(calling("broken")).await
    }
    #[tool(name = "fault")]
    async fn ask_fault(client: &Peer<RoleClient>) -> Result<CallToolResult, ServiceError> {
        client.traced().call_tool(calling("fault")).await
    }
    #[tool]
    async fn plan_trip(client: &Peer<RoleClient>) -> Result<CallToolResult, ServiceError> {
        client.traced().call_tool(calling("weather")).await
    }
    let recorder = Recorder::install();
    let client = client().await;
    ask(&client).await.unwrap();
    assert_eq!(
        recorder.tree(),
        "\
initialize
execute_tool weather
└─ tools/call weather
   └─ execute_tool forecast
"
    );
    let span = recorder.span("execute_tool weather");
    assert_eq!(text(&span, "mcp.method.name").as_deref(), Some("tools/call"));
    assert!(text(&span, "jsonrpc.request.id").is_some());
    let keys = span.attribute_keys();
    assert!(keys.windows(2).all(|pair| pair[0] != pair[1]), "{keys:?}");

    ask_broken(&client).await.unwrap();
    let broken = recorder.span("execute_tool broken");
    assert_eq!(
        broken.error_type(),
        Some("tool_error"),
        "the result tells it, the function did not"
    );
    ask_fault(&client).await.unwrap_err();
    let fault = recorder.span("execute_tool fault");
    assert_eq!(fault.error_type(), Some("-32603"));
    assert_eq!(text(&fault, "rpc.response.status_code").as_deref(), Some("-32603"));

    plan_trip(&client).await.unwrap();
    assert_eq!(
        of_kind(&recorder, "tools/call weather", SpanKind::Client).parent_span_id(),
        recorder.span("execute_tool plan_trip").span_id(),
        "another tool is another call"
    );
}

#[tokio::test]
async fn a_tool_that_is_asked_for_is_the_span_of_its_request() {
    let recorder = Recorder::install();
    let client = client().await;
    let arguments = serde_json::json!({ "a": 1, "b": 2 });
    let arguments = arguments.as_object().unwrap().clone();
    client.traced().call_tool(calling("sum").with_arguments(arguments)).await.unwrap();
    assert_eq!(
        recorder.tree(),
        "\
initialize
tools/call sum
└─ tools/call sum
   ├─ execute_tool forecast
   └─ execute_tool sum
      └─ execute_tool forecast
"
    );
    let server = of_kind(&recorder, "tools/call sum", SpanKind::Server);
    assert_eq!(text(&server, "app.count").as_deref(), Some("2"));
    assert_eq!(text(&server, "app.is_empty").as_deref(), Some("false"));
    let keys = server.attribute_keys();
    assert!(keys.windows(2).all(|pair| pair[0] != pair[1]), "{keys:?}");
    let durations = recorder.metric("gen_ai.execute_tool.duration");
    let calls: u64 = durations.series().iter().map(RecordedSeries::count).sum();
    assert_eq!(calls, 4, "what has no span of its own is measured all the same");

    client.traced().call_tool(calling("sum")).await.unwrap();
    let failed = recorder.spans_named("tools/call sum").into_iter();
    let failed: Vec<_> = failed.filter(|span| span.error_type().is_some()).collect();
    assert_eq!(failed.len(), 2, "{}", recorder.tree());
    for span in failed {
        assert_eq!(span.error_type(), Some("tool_error"), "the request tells how it ended");
    }
    let errors = recorder.spans_named("tools/call sum").into_iter();
    let errors: Vec<String> = errors
        .flat_map(|span| span.data().events.events.clone())
        .flat_map(|event| event.attributes)
        .map(|attribute| format!("{}={}", attribute.key, attribute.value))
        .collect();
    assert_eq!(errors.len(), 1, "and the tool, how it failed: {errors:?}");
    assert!(errors[0].starts_with("exception.type=") && errors[0].contains("IntErrorKind"));
}

#[tokio::test]
async fn an_unsampled_request_has_no_span_of_its_tool_either() {
    let sampler = Sampler::ParentBased(Box::new(Sampler::AlwaysOff));
    let recorder = Recorder::builder().sampler(sampler).install();
    let client = client().await;
    client.traced().call_tool(calling("sum")).await.unwrap();
    assert!(recorder.spans().is_empty(), "{}", recorder.tree());
}

#[tokio::test]
async fn errors_are_told_by_the_rules_of_each_side() {
    for (name, error, of_server, span_of_server) in [
        ("broken", Some("tool_error"), Some("tool_error"), "tools/call broken"),
        ("fault", Some("-32603"), Some("-32603"), "tools/call fault"),
        // What the client has made up: no error of the server, and no name of its span.
        ("unknown", Some("-32602"), None, "tools/call"),
    ] {
        let recorder = Recorder::install();
        let client = client().await;
        let _ = client.traced().call_tool(calling(name)).await;
        let client_span = of_kind(&recorder, &format!("tools/call {name}"), SpanKind::Client);
        let server_span = of_kind(&recorder, span_of_server, SpanKind::Server);
        assert_eq!(client_span.error_type(), error);
        assert_eq!(server_span.error_type(), of_server);
        let code = error.filter(|error| error.starts_with('-'));
        for span in [&client_span, &server_span] {
            assert_eq!(text(span, "rpc.response.status_code").as_deref(), code);
        }
    }
    let recorder = Recorder::builder().error_messages(false).install();
    let client = client().await;
    let _ = client.traced().call_tool(calling("fault")).await;
    for span in recorder.spans_named("tools/call fault") {
        assert_eq!(span.data().status, Status::error(""), "what it says may quote a user");
    }
}

#[tokio::test]
async fn who_gives_up_cancels_on_both_sides() {
    let recorder = Recorder::install();
    let client = client().await;
    let traced = client.traced();
    tokio::select! {
        _ = traced.call_tool(calling("hang")) => panic!("it never answers"),
        _ = ended(&recorder, "execute_tool forecast") => {}
    }
    let ended = async {
        while recorder.spans_named("tools/call hang").len() < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), ended).await.expect("the server is told");
    let client_span = of_kind(&recorder, "tools/call hang", SpanKind::Client);
    assert_eq!(client_span.error_type(), Some("cancelled"));
    let duration = recorder.metric("mcp.client.operation.duration");
    let is_cancelled = |series: &RecordedSeries| {
        series.attribute("error.type").is_some_and(|known| known.as_str() == "cancelled")
    };
    assert!(duration.series().iter().any(is_cancelled), "timeouts are what it is for");
}

#[tokio::test]
async fn other_requests_have_their_names() {
    let recorder = Recorder::install();
    let client = client().await;
    client.traced().list_tools(None).await.unwrap();
    client.traced().get_prompt(GetPromptRequestParams::new("greeting")).await.unwrap();
    client.traced().request(ClientRequest::PingRequest(PingRequest::default())).await.unwrap();
    for name in ["tools/list", "prompts/get greeting", "ping"] {
        let sent = of_kind(&recorder, name, SpanKind::Client);
        assert_eq!(of_kind(&recorder, name, SpanKind::Server).parent_span_id(), sent.span_id());
        assert_eq!(text(&sent, "gen_ai.operation.name"), None);
    }
    let prompt = of_kind(&recorder, "prompts/get greeting", SpanKind::Client);
    assert_eq!(text(&prompt, "gen_ai.prompt.name").as_deref(), Some("greeting"));
}

#[tokio::test]
async fn durations_are_measured_on_both_sides() {
    let recorder = Recorder::install();
    let client = client().await;
    let _ = client.traced().call_tool(calling("weather")).await;
    let _ = client.traced().call_tool(calling("unknown")).await;
    for side in ["client", "server"] {
        let duration = recorder.metric(&format!("mcp.{side}.operation.duration"));
        assert_eq!(duration.unit(), "s");
        let find = |key: &str, value: &str| {
            let is_it = |series: &&RecordedSeries| {
                series.attribute(key).is_some_and(|known| known.as_str() == value)
            };
            duration.series().iter().find(is_it).expect("it was measured")
        };
        assert_eq!(find("gen_ai.tool.name", "weather").count(), 1);
        let failed = find("rpc.response.status_code", "-32602");
        let told = failed.attribute("gen_ai.tool.name");
        assert_eq!(told.is_some(), side == "client", "a stranger's word tells no series apart");
    }
    client.cancel().await.unwrap();
    let sessions = async {
        let names = ["mcp.client.session.duration", "mcp.server.session.duration"];
        while !names.iter().all(|name| recorder.metrics().iter().any(|known| known.name() == *name))
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), sessions).await.expect("the session ends");
}

#[tokio::test]
async fn an_unsampled_parent_is_passed_on_and_nothing_recorded() {
    let sampler = Sampler::ParentBased(Box::new(Sampler::AlwaysOn));
    let recorder = Recorder::builder().sampler(sampler).install();
    let client = client().await;
    let before = recorder.spans().len();
    let unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    let caller = propagation::extract(&serde_json::json!({ "traceparent": unsampled }));
    let meta = async {
        let traced = client.traced();
        let result = traced.call_tool(calling("meta")).await.unwrap();
        result.content[0].as_text().unwrap().text.clone()
    };
    let meta = meta.with_context(caller).await;
    assert!(meta.contains("0af7651916cd43dd8448eb211c80319c") && meta.contains("-00"), "{meta}");
    assert_eq!(recorder.spans().len(), before, "{}", recorder.tree());
}

#[tokio::test]
async fn nothing_is_written_where_nothing_is_installed() {
    let client = client().await;
    assert!(specialist(&client).await.is_ok());
}

#[tokio::test]
async fn over_http_both_sides_are_one_tree() {
    let recorder = Recorder::install();
    let service = StreamableHttpService::new(
        || Ok(Traced::new(Tools)),
        LocalSessionManager::default().into(),
        StreamableHttpServerConfig::default(),
    );
    let router = axum::Router::new().nest_service("/mcp", service);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let url = format!("http://{address}/mcp");
    let transport = StreamableHttpClientTransport::from_uri(url.clone());
    let client = Traced::new(()).serve(transport).await.unwrap();
    client.traced().over_http(&url).call_tool(calling("weather")).await.unwrap();
    let sent = of_kind(&recorder, "tools/call weather", SpanKind::Client);
    let received = of_kind(&recorder, "tools/call weather", SpanKind::Server);
    assert_eq!(received.parent_span_id(), sent.span_id());
    for span in [&sent, &received] {
        assert_eq!(text(span, "network.transport").as_deref(), Some("tcp"));
        assert_eq!(text(span, "network.protocol.name").as_deref(), Some("http"));
    }
    assert_eq!(text(&sent, "server.address").as_deref(), Some("127.0.0.1"));
    assert_eq!(text(&sent, "server.port"), Some(address.port().to_string()));
    assert!(text(&received, "mcp.session.id").is_some());
}

#[tokio::test]
async fn a_child_process_continues_the_trace() {
    let collector = Collector::http();
    let recorder = Recorder::install();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mcp_server"));
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint());
    let client = Traced::new(()).serve(TokioChildProcess::new(command).unwrap()).await.unwrap();
    specialist(&client).await.unwrap();
    client.cancel().await.unwrap();
    let received = tokio::task::spawn_blocking(move || collector.wait_for_spans(2)).await.unwrap();
    let sent = of_kind(&recorder, "tools/call weather", SpanKind::Client);
    let find = |name: &str| -> Span {
        received.iter().find(|span| span.name == name).expect("it was exported").clone()
    };
    let server = find("tools/call weather");
    assert_eq!(server.trace_id, sent.trace_id().to_bytes());
    assert_eq!(server.parent_span_id, sent.span_id().to_bytes());
    assert_eq!(server.kind, WireKind::Server as i32);
    assert_eq!(find("execute_tool forecast").parent_span_id, server.span_id);
}

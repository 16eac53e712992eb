//! The reference server of MCP gets our context beside each request, and answers as it should.

use std::path::PathBuf;

use agent_trace_runtime::mcp::{PeerExt, Traced};
use agent_trace_runtime::opentelemetry::trace::SpanKind;
use agent_trace_runtime::testing::{RecordedSpan, Recorder};
use agent_trace_runtime::{agent, tool};
use rmcp::model::{CallToolRequestParams, CallToolResult};
use rmcp::service::{RunningService, ServiceError};
use rmcp::transport::TokioChildProcess;
use rmcp::{Peer, RoleClient, ServiceExt};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::install;

type Server = RunningService<RoleClient, Traced<()>>;
type Answer = Result<CallToolResult, ServiceError>;

/// Starts the server, which writes down what it reads in the file that is given too.
async fn start(script: PathBuf) -> (Server, PathBuf) {
    let received = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("received-{}.jsonl", std::process::id()));
    let mut command = Command::new("node");
    command.args(["--require", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/tap.cjs")]);
    command.arg(script).arg("stdio").env("TAP", &received);
    (Traced::new(()).serve(TokioChildProcess::new(command).unwrap()).await.unwrap(), received)
}

async fn call(server: &Peer<RoleClient>, tool: &'static str, arguments: Value) -> Answer {
    let arguments = arguments.as_object().cloned().unwrap();
    let request = CallToolRequestParams::new(tool).with_arguments(arguments);
    server.traced().over_stdio().call_tool(request).await
}

#[agent(name = "specialist")]
async fn echo(server: &Peer<RoleClient>) -> Answer {
    call(server, "echo", json!({ "message": "tides" })).await
}

/// Its span is the request's, too: the tool has its name.
#[tool(name = "get-sum")]
async fn sum(server: &Peer<RoleClient>, a: u32, b: u32) -> Answer {
    call(server, "get-sum", json!({ "a": a, "b": b })).await
}

fn text(result: &CallToolResult) -> &str {
    &result.content[0].as_text().unwrap().text
}

fn told(span: &RecordedSpan, key: &str) -> Option<String> {
    span.attribute(key).map(ToString::to_string)
}

/// The calls that the server has read, each with the context of this span and its id.
fn assert_received(calls: &[Value], tool: &str, span: &RecordedSpan) {
    let call = calls.iter().find(|call| call["params"]["name"] == tool).expect("it was received");
    let expected = format!("00-{}-{}-01", span.trace_id(), span.span_id());
    assert_eq!(call["params"]["_meta"]["traceparent"], expected);
    assert_eq!(told(span, "jsonrpc.request.id"), Some(call["id"].to_string()));
    assert_eq!(told(span, "mcp.method.name").as_deref(), Some("tools/call"));
    assert_eq!(told(span, "gen_ai.operation.name").as_deref(), Some("execute_tool"));
    assert_eq!(told(span, "gen_ai.tool.name").as_deref(), Some(tool));
    assert_eq!(told(span, "network.transport").as_deref(), Some("pipe"));
    assert!(told(span, "mcp.protocol.version").is_some(), "they have agreed on one");
}

#[tokio::test]
async fn the_reference_server_gets_the_context() {
    let Some(script) = install::mcp_server() else { return };
    let recorder = Recorder::install();
    let (server, received) = start(script).await;

    assert_eq!(text(&echo(&server).await.unwrap()), "Echo: tides");
    assert_eq!(text(&sum(&server, 2, 3).await.unwrap()), "The sum of 2 and 3 is 5.");
    let unknown = call(&server, "no_such_tool", json!({})).await;
    let refused = call(&server, "get-sum", json!({ "a": "two" })).await;
    server.cancel().await.unwrap();

    let lines = std::fs::read_to_string(&received).unwrap();
    std::fs::remove_file(&received).unwrap();
    let messages = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let calls: Vec<Value> = messages.filter(|message| message["method"] == "tools/call").collect();
    assert_eq!(calls.len(), 4);

    let echo = recorder.span("tools/call echo");
    assert_received(&calls, "echo", &echo);
    assert_eq!((echo.kind(), echo.error_type()), (&SpanKind::Client, None));
    assert_eq!(echo.attribute_keys().len(), 6, "{:?}", echo.attribute_keys());
    assert_eq!(echo.parent_span_id(), recorder.span("invoke_agent specialist").span_id());
    let sum = recorder.span("execute_tool get-sum");
    assert_received(&calls, "get-sum", &sum);
    assert_eq!(sum.error_type(), None);

    let unknown_span = recorder.span("tools/call no_such_tool");
    assert_received(&calls, "no_such_tool", &unknown_span);
    let refused_span = recorder.span("tools/call get-sum");
    for (answer, span) in [(unknown, unknown_span), (refused, refused_span)] {
        // This server tells of both by a result, and not by an error of the protocol.
        assert!(answer.is_ok_and(|result| result.is_error == Some(true)));
        assert_eq!(span.error_type(), Some("tool_error"));
    }
}

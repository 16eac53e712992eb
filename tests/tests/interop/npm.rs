//! The reference server of MCP gets our context beside each request, and answers as it should.

use agent_trace_runtime::agent;
use agent_trace_runtime::mcp::{PeerExt, Traced};
use agent_trace_runtime::opentelemetry::trace::SpanKind;
use agent_trace_runtime::testing::Recorder;
use rmcp::model::{CallToolRequestParams, CallToolResult};
use rmcp::service::ServiceError;
use rmcp::transport::TokioChildProcess;
use rmcp::{Peer, RoleClient, ServiceExt};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::install;

#[agent(name = "specialist")]
async fn echo(server: &Peer<RoleClient>) -> Result<CallToolResult, ServiceError> {
    let arguments = json!({ "message": "tides" }).as_object().cloned().unwrap();
    let request = CallToolRequestParams::new("echo").with_arguments(arguments);
    server.traced().over_stdio().call_tool(request).await
}

#[tokio::test]
async fn the_reference_server_gets_the_context() {
    let Some(script) = install::mcp_server() else { return };
    let recorder = Recorder::install();
    let received = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("received-{}.jsonl", std::process::id()));
    let mut command = Command::new("node");
    command.args(["--require", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/tap.cjs")]);
    command.arg(script).arg("stdio").env("TAP", &received);
    let client = Traced::new(()).serve(TokioChildProcess::new(command).unwrap()).await.unwrap();

    let result = echo(&client).await.unwrap();
    let text = &result.content[0].as_text().unwrap().text;
    assert!(text.contains("tides"), "{text}");
    let unknown = client.traced().call_tool(CallToolRequestParams::new("no_such_tool")).await;
    client.cancel().await.unwrap();

    let lines = std::fs::read_to_string(&received).unwrap();
    std::fs::remove_file(&received).unwrap();
    let messages = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let call = messages
        .filter(|message| message["method"] == "tools/call")
        .find(|message| message["params"]["name"] == "echo")
        .expect("it was received");
    let span = recorder.span("tools/call echo");
    let expected = format!("00-{}-{}-01", span.trace_id(), span.span_id());
    assert_eq!(call["params"]["_meta"]["traceparent"], expected);
    assert_eq!(*span.kind(), SpanKind::Client);
    assert_eq!(span.error_type(), None);
    let id = span.attribute("jsonrpc.request.id").map(ToString::to_string);
    assert_eq!(id, Some(call["id"].to_string()));
    assert_eq!(span.parent_span_id(), recorder.span("invoke_agent specialist").span_id());

    // Some versions answer with an error, others with a result that says so.
    let failed = recorder.span("tools/call no_such_tool");
    match unknown {
        Err(_) => assert_eq!(failed.error_type(), Some("-32602")),
        Ok(_) => assert_eq!(failed.error_type(), Some("tool_error")),
    }
}

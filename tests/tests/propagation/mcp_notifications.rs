//! Notifications of MCP, which nobody answers.

use std::time::Duration;

use agent_trace_runtime::agent;
use agent_trace_runtime::mcp::PeerExt;
use agent_trace_runtime::opentelemetry::trace::SpanKind;
use agent_trace_runtime::testing::Recorder;
use rmcp::model::RootsListChangedNotification;
use rmcp::service::ServiceError;
use rmcp::{Peer, RoleClient};

use crate::mcp::{client, of_kind, text};

#[tokio::test]
async fn notifications_have_the_context_of_their_sender() {
    #[agent]
    async fn announce(client: &Peer<RoleClient>) -> Result<(), ServiceError> {
        client.traced().notify(RootsListChangedNotification::default().into()).await
    }
    let recorder = Recorder::install();
    let client = client().await;
    // One without a context is nobody's.
    client.send_notification(RootsListChangedNotification::default().into()).await.unwrap();
    announce(&client).await.unwrap();
    let name = "notifications/roots/list_changed";
    let received = async {
        while recorder.spans_named(name).len() < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), received).await.expect("it is received");
    let sent = of_kind(&recorder, name, SpanKind::Client);
    let received = of_kind(&recorder, name, SpanKind::Server);
    assert_eq!(received.parent_span_id(), sent.span_id());
    assert_eq!(sent.parent_span_id(), recorder.span("invoke_agent announce").span_id());
    for span in [sent, received] {
        assert_eq!(text(&span, "mcp.method.name").as_deref(), Some(name));
        assert_eq!(text(&span, "jsonrpc.request.id"), None);
    }
}

//! The second agent: it looks things up with tools of another process, and has the findings summarized.

use std::env;
use std::error::Error;
use std::sync::Arc;

use agent_trace_runtime::agent;
use agent_trace_runtime::http::{ClientLayer, ClientService, ServerLayer};
use agent_trace_runtime::mcp::{PeerExt, Traced};
use agent_trace_runtime::tool;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use rmcp::model::{CallToolRequestParams, CallToolResult};
use rmcp::service::{RunningService, ServiceError};
use rmcp::transport::TokioChildProcess;
use rmcp::{RoleClient, ServiceExt};
use serde_json::json;
use tokio::process::Command;
use tonic::transport::{Channel, Endpoint};
use tower::ServiceBuilder;

use crate::service;
use crate::summarizer::{SummarizerClient, Text};

struct Specialist {
    tools: RunningService<RoleClient, Traced<()>>,
    summarizer: SummarizerClient<ClientService<Channel>>,
}

pub(crate) async fn serve() -> Result<(), Box<dyn Error>> {
    let telemetry = service::telemetry()?;
    let mut tools = Command::new(env::current_exe()?);
    tools.arg("tools").env("OTEL_SERVICE_NAME", "tools");
    let tools = Traced::new(()).serve(TokioChildProcess::new(tools)?).await?;
    let address = service::next()?;
    let channel = Endpoint::from_shared(format!("http://{address}"))?.connect_lazy();
    let channel = ServiceBuilder::new().layer(ClientLayer::new().host(address)).service(channel);
    let specialist = Arc::new(Specialist { tools, summarizer: SummarizerClient::new(channel) });

    let router = Router::new()
        .route("/agents/{topic}", post(ask))
        .with_state(Arc::clone(&specialist))
        .layer(ServerLayer::new());
    let listener = service::listen().await?;
    axum::serve(listener, router).with_graceful_shutdown(service::stopped()).await?;
    if let Some(specialist) = Arc::into_inner(specialist) {
        specialist.tools.cancel().await?;
    }
    telemetry.shutdown()?;
    Ok(())
}

async fn ask(
    Path(topic): Path<String>,
    State(specialist): State<Arc<Specialist>>,
    question: String,
) -> Result<String, StatusCode> {
    answer(&specialist, &topic, &question).await.map_err(|_| StatusCode::BAD_GATEWAY)
}

#[agent(name = "specialist", attributes("app.topic" = topic))]
async fn answer(
    specialist: &Specialist,
    topic: &str,
    question: &str,
) -> Result<String, Box<dyn Error + Send + Sync>> {
    let order = track_order(specialist, "A-1042").await?;
    // A request that no function of ours stands for is a span by itself.
    let policy = CallToolRequestParams::new("refund_policy");
    let policy = specialist.tools.traced().over_stdio().call_tool(policy).await?;
    let findings = format!("{question}\n{}\n{}", text_of(&order), text_of(&policy));
    Ok(summarize(specialist, findings).await?)
}

/// This function is the call of the tool: the request that it sends for that gets no span of its own.
#[tool]
async fn track_order(specialist: &Specialist, order: &str) -> Result<CallToolResult, ServiceError> {
    let arguments = json!({ "order": order }).as_object().cloned().unwrap_or_default();
    let request = CallToolRequestParams::new("track_order").with_arguments(arguments);
    specialist.tools.traced().over_stdio().call_tool(request).await
}

#[agent(remote, name = "summarizer", provider = custom("acme"))]
async fn summarize(specialist: &Specialist, findings: String) -> Result<String, tonic::Status> {
    let mut summarizer = specialist.summarizer.clone();
    Ok(summarizer.summarize(Text { text: findings }).await?.into_inner().text)
}

fn text_of(result: &CallToolResult) -> &str {
    let text = result.content.iter().find_map(|block| block.as_text());
    text.map(|text| &*text.text).unwrap_or_default()
}

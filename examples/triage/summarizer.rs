//! The third agent: it makes one answer of what the others have found.

use std::error::Error;

use agent_trace_runtime::agent;
use agent_trace_runtime::http::ServerLayer;
use reqwest_middleware::ClientWithMiddleware;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use crate::{model, service};

/// What goes there and back.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Text {
    #[prost(string, tag = "1")]
    pub(crate) text: String,
}

#[allow(unreachable_pub, reason = "as it is generated")]
mod generated {
    // Made by `build.rs`, as from a file of protocol buffers.
    tonic::include_proto!("triage.Summarizer");
}

pub(crate) use generated::summarizer_client::SummarizerClient;
use generated::summarizer_server::{Summarizer, SummarizerServer};

struct Agent {
    http: ClientWithMiddleware,
}

pub(crate) async fn serve() -> Result<(), Box<dyn Error>> {
    let telemetry = service::telemetry()?;
    let listener = service::listen().await?;
    Server::builder()
        .layer(ServerLayer::new())
        .add_service(SummarizerServer::new(Agent { http: model::client()? }))
        .serve_with_incoming_shutdown(TcpIncoming::from(listener), service::stopped())
        .await?;
    telemetry.shutdown()?;
    Ok(())
}

#[tonic::async_trait]
impl Summarizer for Agent {
    async fn summarize(&self, request: Request<Text>) -> Result<Response<Text>, Status> {
        let text = summarize(&self.http, &request.get_ref().text).await;
        let text = text.map_err(|error| Status::unavailable(error.to_string()))?;
        Ok(Response::new(Text { text }))
    }
}

#[agent(name = "summarizer")]
async fn summarize(
    http: &ClientWithMiddleware,
    findings: &str,
) -> Result<String, reqwest_middleware::Error> {
    let reply = model::ask(http, &format!("Answer by these findings only.\n{findings}")).await?;
    Ok(model::text(&reply).to_owned())
}

//! The first agent: it finds out who can answer, and asks them.

use std::error::Error;

use agent_trace_runtime::http::ServerLayer;
use agent_trace_runtime::{agent, with_conversation};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use reqwest_middleware::ClientWithMiddleware;

use crate::{model, service};

#[derive(Clone)]
struct Triage {
    http: ClientWithMiddleware,
    specialist: String,
}

pub(crate) async fn serve() -> Result<(), Box<dyn Error>> {
    let telemetry = service::telemetry()?;
    let triage =
        Triage { http: model::client()?, specialist: format!("http://{}", service::next()?) };
    let router =
        Router::new().route("/ask", post(ask)).with_state(triage).layer(ServerLayer::new());
    let listener = service::listen().await?;
    axum::serve(listener, router).with_graceful_shutdown(service::stopped()).await?;
    telemetry.shutdown()?;
    Ok(())
}

/// What is recorded of this conversation has its id, in this service and in those below.
async fn ask(
    State(triage): State<Triage>,
    headers: HeaderMap,
    question: String,
) -> Result<String, StatusCode> {
    let conversation = headers.get("x-conversation").and_then(|id| id.to_str().ok());
    let answer = with_conversation(conversation, answer(&triage, &question)).await;
    answer.map_err(|_| StatusCode::BAD_GATEWAY)
}

#[agent(name = "triage")]
async fn answer(triage: &Triage, question: &str) -> Result<String, Box<dyn Error + Send + Sync>> {
    let topic = model::ask(&triage.http, &format!("Which topic is this about? {question}")).await?;
    Ok(ask_specialist(triage, model::text(&topic), question).await?)
}

/// The agent of the other service, as it is seen from here.
#[agent(remote, name = "specialist", provider = custom("acme"))]
async fn ask_specialist(
    triage: &Triage,
    topic: &str,
    question: &str,
) -> Result<String, reqwest_middleware::Error> {
    let url = format!("{}/agents/{topic}", triage.specialist);
    let response = triage.http.post(url).body(question.to_owned()).send().await?;
    Ok(response.error_for_status()?.text().await?)
}

//! Spans in Zipkin's own format.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::Value;

use crate::{probe, text, wait_until};

type Taken = Arc<Mutex<Vec<Value>>>;

async fn take(State(taken): State<Taken>, axum::Json(spans): axum::Json<Vec<Value>>) -> StatusCode {
    taken.lock().unwrap().extend(spans);
    StatusCode::ACCEPTED
}

#[tokio::test(flavor = "multi_thread")]
async fn spans_are_sent_with_the_service_they_are_of() {
    let taken = Taken::default();
    let router = axum::Router::new().route("/api/v2/spans", post(take)).with_state(taken.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/api/v2/spans", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let probing = tokio::task::spawn_blocking(move || {
        probe(
            "shutdown",
            &[
                ("OTEL_TRACES_EXPORTER", "zipkin"),
                ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", &endpoint),
                ("OTEL_SERVICE_NAME", "support"),
            ],
        )
    });
    let output = probing.await.unwrap();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    wait_until("the spans", || taken.lock().unwrap().len() == 3);
    let spans = taken.lock().unwrap().clone();
    let named = |name: &str| spans.iter().find(|span| span["name"] == name).unwrap();
    let (agent, chat) = (named("invoke_agent probe"), named("chat gpt-4o"));
    assert_eq!(chat["parentId"], agent["id"]);
    assert_eq!(chat["traceId"], agent["traceId"]);
    assert!(agent.get("parentId").is_none(), "{agent}");
    assert_eq!(chat["kind"], "CLIENT");
    assert_eq!(chat["tags"]["gen_ai.usage.input_tokens"], "7");
    for span in &spans {
        assert_eq!(span["localEndpoint"]["serviceName"], "support");
    }
}

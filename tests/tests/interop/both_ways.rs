//! Python calls our service, which calls Python in the same request: one trace, as the collector of both gets it.

use agent_trace_runtime::http::{ClientMiddleware, ServerLayer};
use agent_trace_runtime::{Protocol, Telemetry, agent};
use agent_trace_tests::{Collector, Received};
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Text;
use opentelemetry_proto::tonic::trace::v1::Span;
use reqwest_middleware::ClientBuilder;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::install;
use crate::python::{TRACE, script, start};

const SPAN: &str = "b7ad6b7169203331";

#[agent(name = "specialist")]
async fn specialist(State(next): State<String>) -> String {
    ask(&next).await
}

#[agent(remote, name = "python", provider = custom("acme"))]
async fn ask(url: &str) -> String {
    let middleware = ClientMiddleware::new().with_baggage();
    let client = ClientBuilder::new(reqwest::Client::new()).with(middleware).build();
    client.post(url).body("").send().await.unwrap().text().await.unwrap()
}

/// What the last service was told, where the first one was called with these flags. All requests have ended then.
async fn call_through(caller: &mut tokio::process::Command, next: String, flags: &str) -> Value {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/ask", listener.local_addr().unwrap());
    let router =
        Router::new().route("/ask", post(specialist)).layer(ServerLayer::new()).with_state(next);
    let (stop, stopped) = oneshot::channel::<()>();
    let server = axum::serve(listener, router).with_graceful_shutdown(async {
        let _ = stopped.await;
    });
    let server = tokio::spawn(async move { server.await });
    let came =
        json!({ "traceparent": format!("00-{TRACE}-{SPAN}-{flags}"), "tracestate": "vendor=1" });
    let output = caller.arg("call").arg(url).arg(came.to_string()).output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    drop(stop);
    server.await.unwrap().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The spans with the services that sent them.
fn sent(received: &[Received]) -> Vec<(String, Span)> {
    let mut sent = Vec::new();
    for resource in received.iter().flat_map(|received| &received.request.resource_spans) {
        let attributes = &resource.resource.as_ref().unwrap().attributes;
        let name = attributes.iter().find(|known| known.key == "service.name").unwrap();
        let Some(Text::StringValue(service)) = name.value.as_ref().unwrap().value.as_ref() else {
            panic!("{name:?}")
        };
        let spans = resource.scope_spans.iter().flat_map(|scope| &scope.spans);
        sent.extend(spans.map(|span| (service.clone(), span.clone())));
    }
    sent
}

#[tokio::test]
async fn a_request_through_three_processes_is_one_trace() {
    let Some(python) = install::python() else { return };
    let collector = Collector::http();
    let builder = Telemetry::builder().service_name("ours").endpoint(collector.endpoint());
    let builder = builder.protocol(Protocol::HttpProtobuf).baggage_hosts(["127.0.0.1"]);
    let telemetry = builder.install().unwrap();
    let (_last, next) = start(&python, &collector).await;

    let told = call_through(&mut script(&python, &collector), next.clone(), "00").await;
    telemetry.flush().unwrap();
    assert_eq!(told["trace"], TRACE, "who is not sampled is told so to the end");
    assert_eq!(told["is_sampled"], false);
    assert_eq!(told["state"], "vendor=1");
    assert!(collector.spans().is_empty(), "{:?}", collector.spans());

    let told = call_through(&mut script(&python, &collector), next, "01").await;
    telemetry.shutdown().unwrap();
    assert_eq!(told["trace"], TRACE);
    assert_eq!(told["is_sampled"], true);
    assert_eq!(told["state"], "vendor=1");
    assert_eq!(told["baggage"], json!({ "app.tenant": "acme,inc;100%" }));

    let sent = sent(&collector.received());
    let root = sent.iter().find(|(_, span)| span.name == "python agent").unwrap();
    assert_eq!(hex(&root.1.parent_span_id), SPAN);
    let mut path = Vec::new();
    let mut above = Some(root);
    while let Some((service, span)) = above {
        assert_eq!((hex(&span.trace_id).as_str(), span.trace_state.as_str()), (TRACE, "vendor=1"));
        path.push(format!("{service}: {}", span.name));
        let mut below = sent.iter().filter(|(_, other)| other.parent_span_id == span.span_id);
        above = below.next();
        assert!(below.next().is_none(), "each has called one");
    }
    assert_eq!(
        path,
        [
            "python: python agent",
            "python: python client",
            "ours: POST /ask",
            "ours: invoke_agent specialist",
            "ours: invoke_agent python",
            "ours: POST",
            "python: python server",
        ]
    );
    assert_eq!(sent.len(), path.len(), "and nothing else");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

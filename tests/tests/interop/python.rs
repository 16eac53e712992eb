//! A Python agent that OpenTelemetry's SDK traces calls our service, and is called by it: one trace.

use std::path::Path;
use std::process::Stdio;

use agent_trace_runtime::http::{ClientMiddleware, ServerLayer};
use agent_trace_runtime::opentelemetry::baggage::BaggageExt;
use agent_trace_runtime::opentelemetry::trace::SpanKind;
use agent_trace_runtime::opentelemetry::{Context, KeyValue};
use agent_trace_runtime::opentelemetry_sdk::trace::Sampler;
use agent_trace_runtime::testing::{RecordedSpan, Recorder};
use agent_trace_runtime::{FutureExt, agent, propagation};
use agent_trace_tests::Collector;
use axum::Router;
use axum::routing::post;
use opentelemetry_proto::tonic::trace::v1::Span;
use reqwest::redirect::Policy;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::install;

pub(crate) const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

/// The agent, with where it exports to.
pub(crate) fn script(python: &Path, collector: &Collector) -> Command {
    let mut command = Command::new(python);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/agent.py"));
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint());
    command.env("OTEL_SERVICE_NAME", "python").kill_on_drop(true);
    command
}

/// The tenant that came in the baggage.
#[agent(name = "specialist")]
async fn specialist(_question: String) -> String {
    Context::current().baggage().get("app.tenant").map(ToString::to_string).unwrap_or_default()
}

/// Our service, on a socket of its own.
async fn serve() -> String {
    let router = Router::new().route("/ask", post(specialist)).layer(ServerLayer::new());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/ask")
}

/// The spans that Python has sent, by their names.
async fn exported(collector: Collector, count: usize) -> impl Fn(&str) -> Span {
    let spans = tokio::task::spawn_blocking(move || collector.wait_for_spans(count)).await.unwrap();
    move |name| spans.iter().find(|span| span.name == name).expect("it was sent").clone()
}

fn is_child_of(span: &RecordedSpan, parent: &Span) -> bool {
    span.trace_id().to_bytes()[..] == parent.trace_id
        && span.parent_span_id().to_bytes()[..] == parent.span_id
}

#[tokio::test]
async fn an_agent_of_python_calls_ours() {
    let Some(python) = install::python() else { return };
    let (collector, recorder) = (Collector::http(), Recorder::install());
    let mut agent = script(&python, &collector);
    let output = agent.arg("call").arg(serve().await).output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "acme,inc;100%\n");
    let sent = exported(collector, 2).await;
    let client = sent("python client");
    assert_eq!(client.parent_span_id, sent("python agent").span_id);
    let server = recorder.span("POST /ask");
    assert!(is_child_of(&server, &client), "{}", recorder.tree());
    assert_eq!(recorder.span("invoke_agent specialist").parent_span_id(), server.span_id());
}

#[tokio::test]
async fn an_agent_of_python_that_is_not_sampled_leaves_nothing_with_us() {
    let Some(python) = install::python() else { return };
    let sampler = Sampler::ParentBased(Box::new(Sampler::AlwaysOn));
    let (collector, recorder) = (Collector::http(), Recorder::builder().sampler(sampler).install());
    let mut agent = script(&python, &collector);
    agent.env("OTEL_TRACES_SAMPLER", "always_off").arg("call").arg(serve().await);
    let output = agent.output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(recorder.spans().is_empty() && collector.spans().is_empty());
}

/// The agent as a server, and where it is.
pub(crate) async fn start(python: &Path, collector: &Collector) -> (Child, String) {
    let mut agent = script(python, collector);
    let mut agent = agent.arg("serve").stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(agent.stdout.take().unwrap()).lines();
    let port = lines.next_line().await.unwrap().expect("it tells its port");
    (agent, format!("http://127.0.0.1:{port}/"))
}

#[agent(remote, name = "python", provider = custom("acme"))]
async fn ask(client: &ClientWithMiddleware, url: &str, back: String) -> Value {
    client.post(url).body(back).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn ours_calls_an_agent_of_python_which_calls_back() {
    let Some(python) = install::python() else { return };
    let collector = Collector::http();
    let recorder = Recorder::builder().baggage_hosts(["127.0.0.1"]).install();
    let (_agent, url) = start(&python, &collector).await;
    let client = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let middleware = ClientMiddleware::new().with_baggage();
    let client = ClientBuilder::new(client).with(middleware).build();
    let caller = propagation::extract(&json!({
        "traceparent": format!("00-{TRACE}-b7ad6b7169203331-01"),
        "tracestate": "vendor=1",
    }));
    let caller = caller.with_baggage([KeyValue::new("app.tenant", "Zoë&Söhne,1+1=100%")]);
    let back = serve().await;
    let answer = ask(&client, &url, back).with_context(caller).await;
    assert_eq!(answer["baggage"], json!({ "app.tenant": "Zoë&Söhne,1+1=100%" }));
    assert_eq!(answer["called"], "Zoë&Söhne,1+1=100%", "it came back");

    let sent = exported(collector, 2).await;
    let post = recorder.span("POST");
    assert_eq!(*post.kind(), SpanKind::Client);
    let server = sent("python server");
    assert_eq!(server.parent_span_id, post.span_id().to_bytes());
    assert_eq!(server.trace_state, "vendor=1");
    assert_eq!(post.trace_id().to_string(), TRACE);
    assert!(is_child_of(&recorder.span("POST /ask"), &sent("python client")));
}

//! `parent = …`: a call continues what came with its arguments, in every shape of function.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use agent_trace_runtime::opentelemetry::Context;
use agent_trace_runtime::opentelemetry::trace::{SpanId, TraceContextExt, TraceId};
use agent_trace_runtime::opentelemetry_sdk::trace::Sampler;
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{agent, current, propagation, step, tool, workflow};
use axum::http::HeaderMap;
use futures::executor::block_on;
use futures::{Stream, StreamExt, stream};
use serde_json::{Value, json};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "b7ad6b7169203331";

fn parent() -> String {
    format!("00-{TRACE}-{SPAN}-01")
}

fn headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("traceparent", parent().parse().unwrap());
    headers
}

#[tool]
fn inner() {}

#[agent(parent = headers)]
async fn owned(headers: HeaderMap, _question: String) {
    inner();
}

#[agent(parent = request.headers())]
async fn borrowed(request: &axum::http::Request<String>) -> usize {
    inner();
    request.body().len()
}

#[workflow(parent = job)]
fn plain(job: Value) -> Value {
    inner();
    job
}

#[step("queue.message", parent = message.get("context"))]
fn optional(message: &Value) {
    inner();
    assert!(message.is_object());
}

#[agent(parent = context)]
async fn perhaps(context: Option<Context>, shared: Arc<HeaderMap>) {
    assert!(context.is_some() && shared.is_empty());
    inner();
}

#[step("app.shared", parent = shared)]
fn shared(shared: Arc<HeaderMap>) {
    inner();
}

#[agent(parent = context)]
async fn in_context(context: Context) {
    assert!(context.has_active_span());
    inner();
}

#[agent(parent = headers)]
fn taken_apart((headers, tenant): (HeaderMap, &str)) -> impl Future<Output = usize> {
    async move {
        inner();
        headers.len() + tenant.len()
    }
}

#[agent(parent = headers)]
fn boxed(headers: HashMap<String, String>) -> Pin<Box<dyn Future<Output = usize>>> {
    Box::pin(async move {
        inner();
        headers.len()
    })
}

#[agent(parent = service.headers)]
async fn streaming(service: Service) -> impl Stream<Item = u8> {
    stream::iter([1, 2]).inspect(|_| inner()).chain(stream::iter([service.headers.len() as u8]))
}

struct Service {
    headers: HeaderMap,
}

impl Service {
    #[tool(parent = self.headers)]
    async fn method(self) -> usize {
        inner();
        self.headers.len()
    }
}

#[track_caller]
fn check(name: &str, run: impl FnOnce()) {
    let recorder = Recorder::install();
    run();
    let outer = recorder.span(name);
    assert_eq!(outer.trace_id(), TraceId::from_hex(TRACE).unwrap(), "{}", recorder.tree());
    assert_eq!(outer.parent_span_id(), SpanId::from_hex(SPAN).unwrap());
    assert!(outer.data().parent_span_is_remote);
    for inner in recorder.spans_named("execute_tool inner") {
        assert_eq!(inner.parent_span_id(), outer.span_id());
    }
    assert!(!recorder.spans_named("execute_tool inner").is_empty());
    assert!(!Context::current().has_active_span(), "the parent is current only within the call");
}

#[test]
fn calls_of_all_shapes_continue_what_came() {
    check("invoke_agent owned", || block_on(owned(headers(), String::new())));
    let mut request = axum::http::Request::new("question".to_owned());
    *request.headers_mut() = headers();
    check("invoke_agent borrowed", || assert_eq!(block_on(borrowed(&request)), 8));
    let job = json!({ "traceparent": parent() });
    check("invoke_workflow plain", || assert!(plain(job.clone()).is_object()));
    check("queue.message", || optional(&json!({ "context": job })));
    check("invoke_agent in_context", || {
        block_on(in_context(propagation::extract(&headers())));
    });
    check("invoke_agent perhaps", || {
        block_on(perhaps(Some(propagation::extract(&headers())), Arc::default()));
    });
    check("app.shared", || shared(Arc::new(headers())));
    check("invoke_agent taken_apart", || {
        assert_eq!(block_on(taken_apart((headers(), "acme"))), 5);
    });
    check("invoke_agent boxed", || {
        let headers = HashMap::from([("traceparent".to_owned(), parent())]);
        assert_eq!(block_on(boxed(headers)), 1);
    });
    check("invoke_agent streaming", || {
        let items: Vec<u8> =
            block_on(async { streaming(Service { headers: headers() }).await.collect().await });
        assert_eq!(items, [1, 2, 1]);
    });
    check("execute_tool method", || {
        assert_eq!(block_on(Service { headers: headers() }.method()), 1);
    });
}

#[test]
fn a_call_without_a_parent_stays_below_what_is_current() {
    #[agent]
    fn outer(message: &Value) {
        optional(message);
    }
    let recorder = Recorder::install();
    outer(&json!({}));
    let step = recorder.span("queue.message");
    assert_eq!(step.parent_span_id(), recorder.span("invoke_agent outer").span_id());
    // Nothing came at all.
    optional(&json!({ "context": { "traceparent": "nonsense" } }));
    assert_eq!(recorder.spans_named("queue.message")[1].parent_span_id(), SpanId::INVALID);
}

#[test]
fn below_a_parent_that_is_not_sampled_nothing_is_recorded_and_the_context_passed_on() {
    let recorder =
        Recorder::builder().sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn))).install();
    #[agent(parent = message)]
    fn relay(message: &Value) -> Value {
        let mut onwards = json!({});
        propagation::inject(&mut onwards);
        assert!(!current().is_recording());
        onwards
    }
    let unsampled = format!("00-{TRACE}-{SPAN}-00");
    let onwards = relay(&json!({ "traceparent": unsampled, "tracestate": "vendor=1" }));
    assert!(recorder.spans().is_empty());
    assert_eq!(onwards, json!({ "traceparent": unsampled, "tracestate": "vendor=1" }));
}

#[test]
fn the_parent_is_not_asked_for_where_nothing_is_installed() {
    fn nobody_asks() -> HeaderMap {
        panic!("asked")
    }
    #[agent(parent = nobody_asks())]
    async fn quiet() -> u8 {
        7
    }
    assert_eq!(block_on(quiet()), 7);
}

//! How the call of a stream ends.

use std::time::Duration;

use agent_trace_runtime::opentelemetry::Value;
use agent_trace_runtime::opentelemetry::trace::Status;
use agent_trace_runtime::testing::{RecordedSpan, Recorder};
use agent_trace_runtime::{llm_call, spawn, tool};
use futures::{Stream, StreamExt, stream};

use crate::support::{Answer, Boxed, chunks, failing, stuck};

#[llm_call(model = "gpt-4o")]
async fn ask(stream: Boxed<'static>) -> Result<Boxed<'static>, std::fmt::Error> {
    Ok(stream)
}

#[llm_call(model = "gpt-4o", cancel = ok)]
async fn race(stream: Boxed<'static>) -> Boxed<'static> {
    stream
}

fn number(span: &RecordedSpan, key: &str) -> Option<Value> {
    let attributes = &span.data().attributes;
    attributes.iter().find(|known| known.key.as_str() == key).map(|known| known.value.clone())
}

fn assert_failed(recorder: &Recorder, error_type: &str, chunks: i64) {
    let span = recorder.span("chat gpt-4o");
    assert!(matches!(span.data().status, Status::Error { .. }), "{:?}", span.data().status);
    assert_eq!(number(&span, "error.type"), Some(Value::from(error_type.to_owned())));
    assert_eq!(number(&span, "agent_trace.stream.chunk_count"), Some(chunks.into()));
    assert_eq!(number(&span, "gen_ai.request.stream"), Some(true.into()));
}

#[tokio::test]
async fn a_stream_that_is_read_to_its_end_succeeds() {
    let recorder = Recorder::install();
    let mut stream = ask(Box::pin(chunks())).await.unwrap();
    while stream.next().await.is_some() {}
    let span = recorder.span("chat gpt-4o");
    assert_eq!(span.data().status, Status::Unset);
    assert_eq!(number(&span, "agent_trace.stream.chunk_count"), Some(2.into()));
    assert!(
        matches!(number(&span, "gen_ai.response.time_to_first_chunk"), Some(Value::F64(time)) if time > 0.0)
    );
    drop(stream);
    assert_eq!(recorder.spans_named("chat gpt-4o").len(), 1);
}

#[tokio::test]
async fn an_error_in_the_middle_fails_the_call() {
    let recorder = Recorder::install();
    let mut stream = ask(Box::pin(failing())).await.unwrap();
    assert!(stream.next().await.is_some_and(|chunk| chunk.is_ok()));
    assert!(recorder.spans().is_empty());
    assert!(stream.next().await.is_some_and(|chunk| chunk.is_err()));
    assert_failed(&recorder, "core::fmt::Error", 1);
    assert!(stream.next().await.is_none());
    assert_eq!(recorder.tree(), "chat gpt-4o [10→1 tokens] [error core::fmt::Error]\n");
}

#[tokio::test]
async fn a_failure_at_once_is_no_chunk() {
    let recorder = Recorder::install();
    let mut stream = ask(Box::pin(failing().skip(1))).await.unwrap();
    assert!(stream.next().await.is_some_and(|chunk| chunk.is_err()));
    assert_failed(&recorder, "core::fmt::Error", 0);
    assert_eq!(number(&recorder.span("chat gpt-4o"), "gen_ai.response.time_to_first_chunk"), None);
}

#[tokio::test]
async fn an_error_that_the_provider_tells_of_fails_the_call() {
    #[llm_call(model = "claude-sonnet-4-5")]
    fn ask() -> impl Stream<Item = &'static [u8; 71]> {
        let event = br#"data: {"type":"error","error":{"type":"overloaded_error","message":""}}"#;
        stream::iter([event])
    }

    #[llm_call(model = "claude-sonnet-4-5")]
    async fn ask_at_once() -> serde_json::Value {
        serde_json::json!({"error": {"code": 503, "status": "UNAVAILABLE"}})
    }

    let recorder = Recorder::install();
    let mut stream = std::pin::pin!(ask());
    assert!(stream.next().await.is_some());
    ask_at_once().await;
    assert_eq!(
        recorder.tree(),
        "chat claude-sonnet-4-5 [error overloaded_error]\nchat claude-sonnet-4-5 [error UNAVAILABLE]\n"
    );
}

#[tokio::test]
async fn a_stream_is_said_to_be_one_once() {
    #[llm_call(model = "gpt-4o", stream = true)]
    async fn ask() -> Boxed<'static> {
        Box::pin(chunks())
    }

    let recorder = Recorder::install();
    let mut stream = ask().await;
    while stream.next().await.is_some() {}
    let span = recorder.span("chat gpt-4o");
    let keys = span.data().attributes.iter().map(|known| known.key.as_str());
    assert_eq!(keys.filter(|key| *key == "gen_ai.request.stream").count(), 1);
}

#[tokio::test]
async fn a_stream_that_is_dropped_half_way_is_abandoned_with_its_usage_so_far() {
    let recorder = Recorder::install();
    let mut stream = ask(Box::pin(stuck())).await.unwrap();
    stream.next().await.unwrap().unwrap();
    drop(stream);
    assert_failed(&recorder, "abandoned", 1);
    assert_eq!(recorder.tree(), "chat gpt-4o [10→1 tokens] [error abandoned]\n");
}

#[tokio::test]
async fn a_stream_that_nobody_polls_is_abandoned() {
    let recorder = Recorder::install();
    drop(ask(Box::pin(chunks())).await);
    assert_failed(&recorder, "abandoned", 0);
    assert_eq!(number(&recorder.span("chat gpt-4o"), "gen_ai.response.time_to_first_chunk"), None);
}

#[tokio::test]
async fn losing_is_no_failure_where_the_attribute_says_so() {
    let recorder = Recorder::install();
    let mut stream = race(Box::pin(stuck())).await;
    stream.next().await.unwrap().unwrap();
    drop(stream);
    assert_eq!(recorder.span("chat gpt-4o").data().status, Status::Unset);
    assert_eq!(recorder.tree(), "chat gpt-4o [10→1 tokens]\n");
}

#[tokio::test(start_paused = true)]
async fn a_timeout_around_the_reading_abandons_it() {
    let recorder = Recorder::install();
    let reading = async {
        let mut stream = ask(Box::pin(stuck())).await.unwrap();
        while stream.next().await.is_some() {}
    };
    assert!(tokio::time::timeout(Duration::from_secs(5), reading).await.is_err());
    assert_failed(&recorder, "abandoned", 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_aborted_task_abandons_its_stream() {
    let recorder = Recorder::install();
    let (first, first_seen) = tokio::sync::oneshot::channel();
    let task = spawn(async move {
        let mut stream = ask(Box::pin(stuck())).await.unwrap();
        let _ = first.send(stream.next().await);
        stream.next().await
    });
    assert!(first_seen.await.unwrap().is_some());
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_failed(&recorder, "abandoned", 1);
}

#[tokio::test]
async fn select_abandons_the_stream_that_loses() {
    let recorder = Recorder::install();
    let mut stream = ask(Box::pin(stuck())).await.unwrap();
    stream.next().await.unwrap().unwrap();
    tokio::select! {
        biased;
        _ = stream.next() => unreachable!("it is stuck"),
        () = std::future::ready(()) => drop(stream),
    }
    assert_failed(&recorder, "abandoned", 1);
}

#[tokio::test]
async fn a_panic_in_a_poll_ends_the_call_and_goes_on() {
    let recorder = Recorder::install();
    let panicking = stream::poll_fn(|_| -> std::task::Poll<Option<Answer>> { panic!("wrong") });
    let mut stream = ask(Box::pin(panicking)).await.unwrap();
    let panicked = spawn(async move { stream.next().await }).await.unwrap_err();
    assert!(panicked.is_panic());
    assert_failed(&recorder, "panic", 0);
}

/// A stream whose drop ends a span of its own, or panics.
struct OnDrop<F: FnMut() + Unpin>(F);

impl<F: FnMut() + Unpin> Stream for OnDrop<F> {
    type Item = Answer;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Answer>> {
        std::task::Poll::Pending
    }
}

impl<F: FnMut() + Unpin> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

#[tool]
fn clean_up() {}

#[tokio::test]
async fn what_a_dropped_stream_does_is_below_its_call() {
    let recorder = Recorder::install();
    drop(ask(Box::pin(OnDrop(clean_up))).await);
    assert_eq!(recorder.tree(), "chat gpt-4o [error abandoned]\n└─ execute_tool clean_up\n");
}

#[tokio::test]
async fn a_panic_in_a_drop_loses_no_span() {
    let recorder = Recorder::install();
    let stream = ask(Box::pin(OnDrop(|| panic!("wrong")))).await;
    let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(stream)));
    assert!(dropped.is_err());
    assert_eq!(recorder.spans().len(), 1);
    clean_up();
    assert_eq!(recorder.tree(), "chat gpt-4o [error abandoned]\nexecute_tool clean_up\n");
}

#[tokio::test]
async fn chunks_get_events_where_the_attribute_asks_for_them() {
    #[llm_call(model = "gpt-4o", chunk_events = 1)]
    async fn ask() -> Boxed<'static> {
        Box::pin(chunks())
    }

    let recorder = Recorder::install();
    let mut stream = ask().await;
    while stream.next().await.is_some() {}
    let span = recorder.span("chat gpt-4o");
    let events: Vec<&str> = span.data().events.iter().map(|event| &*event.name).collect();
    assert_eq!(events, ["agent_trace.stream.chunk"]);
}

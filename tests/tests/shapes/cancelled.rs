//! Futures that are dropped before they finish.

use std::future::pending;
use std::time::Duration;

use agent_trace_runtime::opentelemetry::Context;
use agent_trace_runtime::opentelemetry::trace::Status;
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{agent, attribute, current, step, tool};
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::time::{sleep, timeout};

use crate::support::assert_tree;

#[tool]
async fn stuck() {
    pending::<()>().await;
}

#[tool]
async fn quick() -> u8 {
    1
}

#[agent]
async fn patient() -> u8 {
    let value = quick().await;
    stuck().await;
    value
}

#[step("app.eager")]
fn eager() -> impl Future<Output = ()> {
    let waiting = stuck();
    async move {
        waiting.await;
    }
}

#[step("app.lazy")]
fn lazy() -> impl Future<Output = ()> {
    async move { stuck().await }
}

#[step("app.boxed")]
fn boxed() -> BoxFuture<'static, ()> {
    stuck().boxed()
}

#[async_trait::async_trait]
trait Wait {
    #[step("app.trait")]
    async fn wait(&self) {
        stuck().await;
    }
}

impl Wait for () {}

#[test]
fn an_async_function_that_is_never_polled_has_no_span() {
    let recorder = Recorder::install();
    drop(patient());
    drop(lazy());
    drop(().wait());
    assert_tree(&recorder, "");
}

#[test]
fn a_function_that_did_work_before_its_future_was_dropped_is_cancelled() {
    let recorder = Recorder::install();
    drop(eager());
    drop(boxed());
    assert_tree(&recorder, "app.eager [cancelled]\napp.boxed [cancelled]");
}

#[test]
fn a_future_that_is_dropped_after_its_first_poll_is_cancelled() {
    let recorder = Recorder::install();
    assert_eq!(patient().now_or_never(), None);
    let span = recorder.span("invoke_agent patient");
    assert_eq!(span.error_type(), Some("cancelled"));
    assert!(matches!(span.data().status, Status::Error { .. }));
    assert_tree(
        &recorder,
        "
invoke_agent patient [cancelled]
├─ execute_tool quick
└─ execute_tool stuck [cancelled]
",
    );
}

#[test]
fn every_shape_of_future_is_cancelled_when_dropped() {
    type Shape = (fn() -> BoxFuture<'static, ()>, &'static str);
    let shapes: [Shape; 4] = [
        (|| lazy().boxed(), "app.lazy"),
        (|| eager().boxed(), "app.eager"),
        (boxed, "app.boxed"),
        (|| ().wait().map(drop).boxed(), "app.trait"),
    ];
    for (shape, name) in shapes {
        let recorder = Recorder::install();
        assert_eq!(shape().now_or_never(), None);
        let tree = format!("{name} [cancelled]\n└─ execute_tool stuck [cancelled]");
        assert_tree(&recorder, &tree);
    }
}

#[test]
fn a_child_ends_before_its_cancelled_parent() {
    let recorder = Recorder::install();
    assert_eq!(patient().now_or_never(), None);
    let names: Vec<String> = recorder.spans().iter().map(|span| span.name().to_owned()).collect();
    assert_eq!(names, ["execute_tool quick", "execute_tool stuck", "invoke_agent patient"]);
}

#[test]
fn what_was_recorded_before_the_drop_stays() {
    #[step("app.noted")]
    async fn noted() {
        current().set(attribute!("app.progress" = 3));
        pending::<()>().await;
    }

    let recorder = Recorder::install();
    assert_eq!(noted().now_or_never(), None);
    assert_eq!(recorder.span("app.noted").attribute_keys(), ["app.progress", "error.type"]);
}

#[test]
fn a_value_that_is_dropped_with_the_future_is_below_its_span() {
    struct Closing;

    impl Drop for Closing {
        #[step("app.close")]
        fn drop(&mut self) {}
    }

    #[step("app.holder")]
    async fn holder() {
        let _closing = Closing;
        pending::<()>().await;
    }

    let recorder = Recorder::install();
    assert_eq!(holder().now_or_never(), None);
    assert_tree(&recorder, "app.holder [cancelled]\n└─ app.close");
}

#[tokio::test(start_paused = true)]
async fn a_timeout_cancels() {
    let recorder = Recorder::install();
    assert!(timeout(Duration::from_secs(1), patient()).await.is_err());
    assert_eq!(timeout(Duration::from_secs(1), quick()).await, Ok(1));
    assert_tree(
        &recorder,
        "
invoke_agent patient [cancelled]
├─ execute_tool quick
└─ execute_tool stuck [cancelled]
execute_tool quick
",
    );
}

#[tokio::test(start_paused = true)]
async fn select_cancels_what_loses() {
    #[step("app.race")]
    async fn race() -> &'static str {
        tokio::select! {
            () = stuck() => "stuck",
            () = waits(Duration::from_secs(2)) => "slow",
            () = waits(Duration::from_secs(1)) => "fast",
        }
    }

    #[step("app.waits", attributes("app.seconds" = duration.as_secs()))]
    async fn waits(duration: Duration) {
        sleep(duration).await;
    }

    let recorder = Recorder::install();
    assert_eq!(race().await, "fast");
    assert_eq!(recorder.span("execute_tool stuck").error_type(), Some("cancelled"));
    for span in recorder.spans_named("app.waits") {
        let slow = span.attribute("app.seconds") == Some(&2.into());
        assert_eq!(span.error_type(), slow.then_some("cancelled"));
    }
    let race = recorder.span("app.race");
    assert_eq!(race.error_type(), None);
    let children = recorder.spans().iter().filter(|s| s.parent_span_id() == race.span_id()).count();
    assert_eq!(children, 3);
}

#[test]
fn a_call_dropped_where_the_context_is_borrowed_is_cancelled() {
    let recorder = Recorder::install();
    let mut call = Box::pin(stuck());
    assert_eq!(call.as_mut().now_or_never(), None);
    Context::map_current(|_| drop(call));
    assert_tree(&recorder, "execute_tool stuck [cancelled]");
}

#[tokio::test]
async fn an_aborted_task_is_cancelled() {
    let recorder = Recorder::install();
    let (started, start) = tokio::sync::oneshot::channel();

    #[step("app.task")]
    async fn task(started: tokio::sync::oneshot::Sender<()>) {
        started.send(()).expect("the test waits for it");
        pending::<()>().await;
    }

    let task = agent_trace_runtime::spawn(task(started));
    start.await.expect("the task starts");
    task.abort();
    assert!(task.await.is_err_and(|error| error.is_cancelled()));
    assert_tree(&recorder, "app.task [cancelled]");
}

//! Spans of `tracing`, by `tracing-opentelemetry`, and annotated calls nest both ways.

use agent_trace_runtime::opentelemetry::Context;
use agent_trace_runtime::opentelemetry::trace::TracerProvider;
use agent_trace_runtime::testing::{RecordedSpan, Recorder};
use agent_trace_runtime::{agent, carry, spawn, spawn_blocking, with_conversation};
use tracing::instrument::WithSubscriber;
use tracing::subscriber::DefaultGuard;
use tracing::{Instrument, info_span, instrument};
use tracing_subscriber::layer::SubscriberExt;

use crate::support::{assert_tree, compute, fetch};

/// A recorder, and a subscriber of this thread whose spans go to it as well.
fn record() -> (Recorder, DefaultGuard) {
    let recorder = Recorder::install();
    let tracer = recorder.tracer_provider().tracer("tracing");
    let layer = tracing_opentelemetry::layer().with_tracer(tracer);
    let subscriber = tracing_subscriber::registry().with(layer);
    (recorder, tracing::subscriber::set_default(subscriber))
}

mod functions {
    use super::*;

    #[instrument]
    fn handle_request() -> u8 {
        answer()
    }

    #[agent]
    fn answer() -> u8 {
        look_up()
    }

    #[instrument]
    fn look_up() -> u8 {
        let first = compute();
        first + info_span!("cache").in_scope(compute)
    }

    #[test]
    fn spans_alternate() {
        let (recorder, _subscriber) = record();
        assert_eq!(handle_request(), 4);
        assert_eq!(answer(), 4);
        assert_tree(
            &recorder,
            "
handle_request
└─ invoke_agent answer
   └─ look_up
      ├─ execute_tool compute
      └─ cache
         └─ execute_tool compute
invoke_agent answer
└─ look_up
   ├─ execute_tool compute
   └─ cache
      └─ execute_tool compute
",
        );
    }

    #[agent]
    fn keeps(spans: &mut Vec<tracing::Span>) {
        spans.push(info_span!("kept"));
    }

    #[test]
    fn a_span_is_a_child_of_the_call_that_made_it() {
        let (recorder, _subscriber) = record();
        let mut spans = Vec::new();
        keeps(&mut spans);
        for span in spans {
            span.in_scope(compute);
        }
        assert_tree(&recorder, "invoke_agent keeps\n└─ kept\n   └─ execute_tool compute");
    }
}

mod futures {
    use super::*;

    #[instrument]
    async fn handle_request() -> u8 {
        tokio::task::yield_now().await;
        answer().await
    }

    #[agent]
    async fn answer() -> u8 {
        tokio::task::yield_now().await;
        let (first, second) = tokio::join!(look_up(), fetch());
        first + second
    }

    #[instrument]
    async fn look_up() -> u8 {
        fetch().await + fetch().instrument(info_span!("cache")).await
    }

    const TREE: &str = "
handle_request
└─ invoke_agent answer
   ├─ look_up
   │  ├─ execute_tool fetch
   │  └─ cache
   │     └─ execute_tool fetch
   └─ execute_tool fetch
";

    #[tokio::test]
    async fn spans_alternate() {
        let (recorder, _subscriber) = record();
        assert_eq!(handle_request().await, 3);
        assert_tree(&recorder, TREE);
    }

    #[tokio::test]
    async fn spans_that_interleave_never_mix() {
        let (recorder, _subscriber) = record();
        let requests = (0..10).map(|_| handle_request());
        assert_eq!(::futures::future::join_all(requests).await, [3; 10]);
        assert_tree(&recorder, &TREE.trim_start().repeat(10));
    }

    #[agent]
    async fn spawns() -> u8 {
        let task = spawn(look_up()).await.unwrap_or_default();
        let blocking = spawn_blocking(compute).await.unwrap_or_default();
        task + blocking + tokio::spawn(carry().wrap(look_up())).await.unwrap_or_default()
    }

    #[tokio::test]
    async fn spans_of_tasks_are_below_the_call() {
        let (recorder, _subscriber) = record();
        assert_eq!(spawns().instrument(info_span!("request")).await, 6);
        assert_tree(
            &recorder,
            "
request
└─ invoke_agent spawns
   ├─ look_up
   │  ├─ execute_tool fetch
   │  └─ cache
   │     └─ execute_tool fetch
   ├─ execute_tool compute
   └─ look_up
      ├─ execute_tool fetch
      └─ cache
         └─ execute_tool fetch
",
        );
    }

    #[tokio::test]
    async fn the_conversation_goes_through_them() {
        let (recorder, _subscriber) = record();
        with_conversation("conv-42", handle_request()).await;
        for span in recorder.spans_named("execute_tool fetch") {
            assert_eq!(span.attribute("gen_ai.conversation.id"), Some(&"conv-42".into()));
        }
    }

    #[agent]
    #[instrument]
    async fn both_ours_first() -> u8 {
        fetch().await
    }

    #[instrument]
    #[agent]
    async fn both_ours_last() -> u8 {
        fetch().await
    }

    #[tokio::test]
    async fn both_can_stand_on_a_function() {
        let (recorder, _subscriber) = record();
        assert_eq!(both_ours_first().await + both_ours_last().await, 2);
        assert_tree(
            &recorder,
            "
both_ours_first
└─ invoke_agent both_ours_first
   └─ execute_tool fetch
invoke_agent both_ours_last
└─ both_ours_last
   └─ execute_tool fetch
",
        );
    }
}

mod threads {
    use super::*;

    #[instrument]
    async fn handle_request() -> u8 {
        let task = spawn(look_up().with_current_subscriber());
        answer().await + task.await.unwrap_or_default()
    }

    #[agent]
    async fn answer() -> u8 {
        spawn(look_up().with_current_subscriber()).await.unwrap_or_default()
    }

    #[instrument]
    async fn look_up() -> u8 {
        fetch().await
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn spans_on_many_threads_never_mix() {
        let (recorder, _subscriber) = record();
        let requests = (0..50).map(|_| spawn(handle_request().with_current_subscriber()));
        for request in requests.collect::<Vec<_>>() {
            assert_eq!(request.await.ok(), Some(2));
        }
        let spans = recorder.spans();
        assert_eq!(spans.len(), 50 * 6);
        for span in &spans {
            let parent = spans.iter().find(|other| other.span_id() == span.parent_span_id());
            assert!(parent.is_none_or(|parent| parent.trace_id() == span.trace_id()));
            let parent = parent.map(RecordedSpan::name);
            let is_right = match span.name() {
                "handle_request" => parent.is_none(),
                "invoke_agent answer" => parent == Some("handle_request"),
                "look_up" => matches!(parent, Some("handle_request" | "invoke_agent answer")),
                _ => parent == Some("look_up"),
            };
            assert!(is_right, "`{}` is below {parent:?}", span.name());
        }
    }
}

/// What an application has to know: a span of `tracing` that is entered again brings its own context.
mod entered_again {
    use super::*;

    #[agent]
    async fn hides_itself() -> u8 {
        fetch().in_current_span().await
    }

    #[agent]
    async fn carries_itself() -> u8 {
        let task = tokio::spawn(carry().wrap(fetch()).in_current_span());
        task.await.unwrap_or_default()
    }

    #[tokio::test]
    async fn a_span_that_is_entered_again_hides_the_call_below_it() {
        let (recorder, _subscriber) = record();
        hides_itself().instrument(info_span!("request")).await;
        assert_tree(&recorder, "request\n├─ invoke_agent hides_itself\n└─ execute_tool fetch");
    }

    #[tokio::test]
    async fn a_call_that_is_carried_into_it_is_current() {
        let (recorder, _subscriber) = record();
        carries_itself().instrument(info_span!("request")).await;
        assert_tree(&recorder, "request\n└─ invoke_agent carries_itself\n   └─ execute_tool fetch");
    }
}

mod suppressed {
    use super::*;

    #[test]
    fn a_suppressed_context_records_nothing_below() {
        let (recorder, _subscriber) = record();
        {
            let _suppressed = Context::enter_telemetry_suppressed_scope();
            info_span!("within").in_scope(compute);
        }
        info_span!("beyond").in_scope(compute);
        assert_tree(&recorder, "beyond\n└─ execute_tool compute");
    }
}

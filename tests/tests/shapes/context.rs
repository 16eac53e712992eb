//! Which call is whose parent: across concurrent futures, tasks, threads, and spans opened by hand.

use std::future::ready;
use std::sync::Arc;

use agent_trace_runtime::opentelemetry::trace::{FutureExt as _, Span, TraceContextExt, Tracer};
use agent_trace_runtime::opentelemetry::{Context, global};
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{agent, step, tool};
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::{Barrier, oneshot};

use crate::support::assert_tree;

#[tool]
async fn fetch() -> u8 {
    tokio::task::yield_now().await;
    1
}

#[tool]
fn compute() -> u8 {
    2
}

mod concurrent {
    use super::*;

    #[agent]
    async fn joins() -> u8 {
        let (a, b, c) = tokio::join!(fetch(), async { compute() }, fetch());
        a + b + c
    }

    #[tokio::test]
    async fn joined_calls_are_siblings() {
        let recorder = Recorder::install();
        assert_eq!(joins().await, 4);
        assert_tree(
            &recorder,
            "
invoke_agent joins
├─ execute_tool fetch
├─ execute_tool compute
└─ execute_tool fetch
",
        );
    }

    #[step("app.outer", attributes("app.id" = id))]
    async fn outer(id: usize, rounds: usize) {
        for round in 0..rounds {
            tokio::task::yield_now().await;
            inner(id, round).await;
        }
    }

    #[step("app.inner", attributes("app.id" = id, "app.round" = round))]
    async fn inner(id: usize, round: usize) {
        for _ in 0..=(id + round) % 3 {
            tokio::task::yield_now().await;
        }
        leaf(id);
    }

    #[step("app.leaf", attributes("app.id" = id))]
    fn leaf(id: usize) {
        assert!(id < 100);
    }

    /// Every span has the same id as its parent, and every outer call is a root of its own.
    fn assert_never_mixed(recorder: &Recorder, calls: usize, rounds: usize) {
        let spans = recorder.spans();
        assert_eq!(spans.len(), calls * (1 + rounds * 2));
        for span in &spans {
            let parent = spans.iter().find(|other| other.span_id() == span.parent_span_id());
            match (span.name(), parent) {
                ("app.outer", None) => {}
                ("app.inner" | "app.leaf", Some(parent)) => {
                    assert_ne!(parent.name(), span.name());
                    assert_eq!(parent.attribute("app.id"), span.attribute("app.id"));
                    assert_eq!(parent.trace_id(), span.trace_id());
                }
                (name, parent) => panic!("`{name}` is below {parent:?}"),
            }
        }
    }

    #[tokio::test]
    async fn interleaved_calls_on_one_thread_never_mix() {
        let recorder = Recorder::install();
        let mut calls: FuturesUnordered<_> = (0..20).map(|id| outer(id, 5)).collect();
        while calls.next().await.is_some() {}
        assert_never_mixed(&recorder, 20, 5);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn tasks_on_many_threads_never_mix() {
        let recorder = Recorder::install();
        let tasks: Vec<_> = (0..40).map(|id| agent_trace_runtime::spawn(outer(id, 5))).collect();
        for task in tasks {
            task.await.expect("no task fails");
        }
        assert_never_mixed(&recorder, 40, 5);
    }
}

mod tasks {
    use super::*;

    #[agent]
    async fn spawns() -> u8 {
        let carried = agent_trace_runtime::spawn(fetch()).await.unwrap_or_default();
        let by_hand = tokio::spawn(fetch().with_current_context()).await.unwrap_or_default();
        let blocking = agent_trace_runtime::spawn_blocking(compute).await.unwrap_or_default();
        carried + by_hand + blocking
    }

    const TREE: &str = "
invoke_agent spawns
├─ execute_tool fetch
├─ execute_tool fetch
└─ execute_tool compute
";

    #[tokio::test]
    async fn spawned_calls_are_children() {
        let recorder = Recorder::install();
        assert_eq!(spawns().await, 4);
        assert_tree(&recorder, TREE);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn spawned_calls_on_other_threads_are_children() {
        let recorder = Recorder::install();
        assert_eq!(spawns().await, 4);
        assert_tree(&recorder, TREE);
    }

    #[agent]
    async fn leaves_behind(
        barrier: std::sync::Arc<Barrier>,
    ) -> Option<tokio::task::JoinHandle<u8>> {
        Some(agent_trace_runtime::spawn(async move {
            barrier.wait().await;
            fetch().await
        }))
    }

    #[tokio::test]
    async fn a_task_that_outlives_its_call_is_still_its_child() {
        let recorder = Recorder::install();
        let barrier = std::sync::Arc::new(Barrier::new(2));
        let task = leaves_behind(barrier.clone()).await.expect("a task");
        assert_tree(&recorder, "invoke_agent leaves_behind");
        barrier.wait().await;
        assert_eq!(task.await.ok(), Some(1));
        assert_tree(&recorder, "invoke_agent leaves_behind\n└─ execute_tool fetch");
    }

    #[tokio::test]
    async fn a_bare_task_is_a_root_of_its_own() {
        #[agent]
        async fn forgets() -> u8 {
            let (sender, receiver) = oneshot::channel();
            tokio::spawn(async move { sender.send(fetch().await) });
            receiver.await.unwrap_or_default()
        }

        let recorder = Recorder::install();
        assert_eq!(forgets().await, 1);
        let fetch = recorder.span("execute_tool fetch");
        assert_ne!(fetch.trace_id(), recorder.span("invoke_agent forgets").trace_id());
    }

    #[test]
    fn a_thread_takes_the_context_by_hand() {
        #[agent]
        fn threads() -> u8 {
            let context = Context::current();
            std::thread::spawn(move || {
                let _attached = context.attach();
                compute()
            })
            .join()
            .unwrap_or_default()
        }

        let recorder = Recorder::install();
        assert_eq!(threads(), 2);
        assert_tree(&recorder, "invoke_agent threads\n└─ execute_tool compute");
    }
}

mod by_hand {
    use super::*;

    #[agent]
    fn opens() -> u8 {
        global::tracer("by hand").in_span("manual", |context| {
            assert!(context.has_active_span());
            compute()
        })
    }

    #[agent]
    async fn opens_later() -> u8 {
        let span = global::tracer("by hand").start("manual");
        let context = Context::current_with_span(span);
        let value = fetch().with_context(context.clone()).await;
        context.span().end();
        value + compute()
    }

    #[test]
    fn spans_opened_by_hand_stand_in_the_tree() {
        let recorder = Recorder::install();
        assert_eq!(opens(), 2);
        assert_tree(&recorder, "invoke_agent opens\n└─ manual\n   └─ execute_tool compute");
    }

    #[tokio::test]
    async fn spans_opened_by_hand_around_a_future_stand_in_the_tree() {
        let recorder = Recorder::install();
        assert_eq!(opens_later().await, 3);
        assert_tree(
            &recorder,
            "
invoke_agent opens_later
├─ manual
│  └─ execute_tool fetch
└─ execute_tool compute
",
        );
    }

    #[test]
    fn a_span_opened_by_hand_can_be_the_root() {
        let recorder = Recorder::install();
        global::tracer("by hand").in_span("request", |_| {
            opens();
            futures::executor::block_on(ready(compute()));
        });
        assert_tree(
            &recorder,
            "
request
├─ invoke_agent opens
│  └─ manual
│     └─ execute_tool compute
└─ execute_tool compute
",
        );
    }

    #[test]
    fn an_unattached_span_is_nobodys_parent() {
        let recorder = Recorder::install();
        let mut span = global::tracer("by hand").start("aside");
        compute();
        span.end();
        assert_tree(&recorder, "aside\nexecute_tool compute");
    }
}

mod suppressed {
    use super::*;

    #[test]
    fn a_suppressed_context_records_nothing_below() {
        let recorder = Recorder::install();
        {
            let _suppressed = Context::enter_telemetry_suppressed_scope();
            assert_eq!(compute(), 2);
            assert_eq!(futures::executor::block_on(ready(compute())), 2);
        }
        compute();
        assert_tree(&recorder, "execute_tool compute");
    }
}

mod polling {
    use super::*;
    use futures::FutureExt;

    #[step("app.given")]
    async fn given<F: Future>(future: F) -> F::Output {
        future.await
    }

    #[tokio::test]
    async fn a_future_is_a_child_of_the_call_that_first_polls_it() {
        let recorder = Recorder::install();
        let made_outside = fetch();
        assert_eq!(given(made_outside).await, 1);
        assert_tree(&recorder, "app.given\n└─ execute_tool fetch");
    }

    #[tokio::test]
    async fn a_call_that_has_started_keeps_its_parent() {
        let recorder = Recorder::install();
        let mut started = Box::pin(given(fetch()));
        assert_eq!(started.as_mut().now_or_never(), None);
        assert_eq!(given(started).await, 1);
        assert_tree(&recorder, "app.given\n└─ execute_tool fetch\napp.given");
    }

    #[tokio::test]
    async fn a_call_moves_between_threads_while_it_runs() {
        let recorder = Recorder::install();
        let mut started = Box::pin(given(fetch()));
        assert_eq!(started.as_mut().now_or_never(), None);
        let thread = std::thread::spawn(move || futures::executor::block_on(started));
        assert_eq!(thread.join().ok(), Some(1));
        assert_tree(&recorder, "app.given\n└─ execute_tool fetch");
    }

    #[step("app.reads")]
    async fn reads() -> usize {
        let mut found = 0;
        for _ in 0..3 {
            found +=
                Context::map_current(|context| usize::from(context.get::<Arc<u8>>().is_some()));
            futures::pending!();
        }
        found
    }

    #[test]
    fn values_of_the_context_are_there_at_each_poll_and_let_go_at_the_end() {
        let _recorder = Recorder::install();
        for polls in 1..=4 {
            let value = Arc::new(1_u8);
            let mut call = Box::pin(reads());
            let around = Context::current_with_value(Arc::clone(&value)).attach();
            assert_eq!(call.as_mut().now_or_never(), None);
            drop(around);
            for poll in 2..=polls {
                let ended = (poll == 4).then_some(3);
                assert_eq!(call.as_mut().now_or_never(), ended);
            }
            if polls < 4 {
                drop(call);
            }
            assert_eq!(Arc::strong_count(&value), 1, "after {polls} polls");
        }
    }
}

//! `current()`: the innermost call, from wherever its body runs.

use std::sync::mpsc;

use agent_trace_runtime::opentelemetry::trace::{SpanContext, Tracer};
use agent_trace_runtime::opentelemetry::{Value, global};
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{
    CurrentCall, InferenceResponse, Usage, agent, attribute, current, llm_call, step, tool,
};
use futures::executor::block_on;

use crate::support::{assert_attributes, assert_tree};

/// Sets one attribute on the call that is current here.
fn mark(value: &'static str) {
    current().set(attribute!("app.mark" = value));
}

#[track_caller]
fn assert_marks(recorder: &Recorder, expected: &[(&str, &'static str)]) {
    for (name, value) in expected {
        let found = recorder.span(name).attribute("app.mark").cloned();
        assert_eq!(found, Some(Value::from(*value)), "{name}");
    }
}

#[test]
fn outside_of_a_call_it_does_nothing() {
    let recorder = Recorder::install();
    let call = current();
    assert!(!call.is_recording());
    assert_eq!(call.span_context(), SpanContext::NONE);
    call.set(attribute!("app.mark" = 1)).add_event("nothing", []).record_usage(Usage::new(1, 1));
    assert_tree(&recorder, "");
}

#[test]
fn without_telemetry_it_does_nothing() {
    #[step("app.off")]
    fn off() -> bool {
        mark("off");
        current().is_recording()
    }
    assert!(!off());
}

#[test]
fn each_level_is_current_for_itself() {
    #[step("app.outer")]
    async fn outer() {
        mark("before");
        inner().await;
        mark("outer");
    }

    #[step("app.inner")]
    async fn inner() {
        std::future::ready(()).await;
        plain();
        mark("inner");
    }

    #[step("app.plain")]
    fn plain() {
        mark("plain");
    }

    let recorder = Recorder::install();
    block_on(outer());
    assert_marks(
        &recorder,
        &[("app.outer", "outer"), ("app.inner", "inner"), ("app.plain", "plain")],
    );
}

#[test]
fn concurrent_calls_are_current_for_themselves() {
    #[step("app.marked", attributes("app.id" = id))]
    async fn marked(id: usize) {
        for _ in 0..=id % 3 {
            tokio::task::yield_now().await;
            current().set(attribute!("app.seen" = id));
        }
    }

    #[tokio::main(flavor = "current_thread")]
    async fn run() {
        futures::future::join_all((0..9).map(marked)).await;
    }

    let recorder = Recorder::install();
    run();
    assert_eq!(recorder.spans().len(), 9);
    for span in recorder.spans() {
        assert_eq!(span.attribute("app.seen"), span.attribute("app.id"));
    }
}

#[test]
fn a_span_opened_by_hand_does_not_hide_the_call() {
    #[step("app.call")]
    fn call() {
        global::tracer("by hand").in_span("manual", |_| mark("call"));
    }

    let recorder = Recorder::install();
    call();
    assert_marks(&recorder, &[("app.call", "call")]);
    assert!(recorder.span("manual").attribute_keys().is_empty());
}

#[test]
fn a_handle_outlives_its_call_and_then_does_nothing() {
    #[step("app.short")]
    fn short() -> CurrentCall {
        mark("during");
        current()
    }

    let recorder = Recorder::install();
    let call = short();
    assert!(!call.is_recording());
    call.set(attribute!("app.mark" = "after"))
        .add_event("after", [])
        .record_usage(Usage::new(1, 1));
    let span = recorder.span("app.short");
    assert_attributes(&span, &[("app.mark", "during".into())]);
    assert!(span.data().events.is_empty());
    assert_eq!(call.span_context().span_id(), span.span_id());
}

#[test]
fn the_last_value_of_a_key_counts() {
    #[step("app.twice", attributes("app.other" = 1))]
    async fn twice() {
        let call = current();
        call.set(attribute!("app.mark" = 1)).set(attribute!("app.mark" = "two"));
        std::future::ready(()).await;
        current().set(attribute!("app.mark" = vec![3_u8]));
        call.clone().set(attribute!("app.mark" = "last"));
    }

    let recorder = Recorder::install();
    block_on(twice());
    assert_attributes(
        &recorder.span("app.twice"),
        &[("app.mark", "last".into()), ("app.other", 1.into())],
    );
}

#[test]
fn a_key_of_the_attribute_that_is_set_again_stands_once() {
    #[step("app.again", attributes("app.mark" = "start", "app.count" = count))]
    fn again(count: u32) {
        mark("body");
        current().set(attribute!("app.count" = count + 1));
    }

    let recorder = Recorder::install();
    again(1);
    assert_attributes(
        &recorder.span("app.again"),
        &[("app.count", 2.into()), ("app.mark", "body".into())],
    );
}

#[test]
fn a_value_that_is_none_records_nothing() {
    #[step("app.none")]
    fn none() {
        mark("kept");
        current().set(attribute!("app.mark" = None::<u8>));
        current().set(attribute!("app.missing" = None::<String>));
    }

    let recorder = Recorder::install();
    none();
    assert_eq!(recorder.span("app.none").attribute_keys(), ["app.mark"]);
}

#[test]
fn events_belong_to_their_call() {
    #[tool]
    async fn eventful() {
        let pages = 3;
        current().add_event("page.loaded", [attribute!("app.pages" = pages)]);
        quiet();
        current().add_event(format!("page.{pages}"), []);
    }

    #[tool]
    fn quiet() {
        current().add_event("inner", [attribute!("app.none" = None::<u8>)]);
    }

    let recorder = Recorder::install();
    block_on(eventful());
    let names = |name| -> Vec<(String, usize)> {
        let span = recorder.span(name);
        let events = span.data().events.iter();
        events.map(|event| (event.name.to_string(), event.attributes.len())).collect()
    };
    assert_eq!(
        names("execute_tool eventful"),
        [("page.loaded".to_owned(), 1), ("page.3".to_owned(), 0)],
    );
    assert_eq!(names("execute_tool quiet"), [("inner".to_owned(), 0)]);
}

mod usage {
    use super::*;

    struct Reply;

    impl InferenceResponse for Reply {
        fn usage(&self) -> Option<Usage> {
            Some(Usage::new(100, 100))
        }
    }

    #[llm_call(model = "gpt-4o", usage = manual)]
    async fn by_hand() -> &'static str {
        current().record_usage(Usage::new(9, 9));
        current().record_usage(Usage::new(4, 2).cached_input(1));
        "answer"
    }

    #[llm_call(model = "gpt-4o")]
    fn overridden() -> Reply {
        current().record_usage(Usage::new(4, 2));
        Reply
    }

    #[llm_call(model = "gpt-4o")]
    async fn failing() -> Result<Reply, String> {
        current().record_usage(Usage::new(4, 0));
        Err("cut off".to_owned())
    }

    #[agent]
    async fn asks() -> usize {
        by_hand().await.len()
    }

    #[test]
    fn usage_by_hand_counts_once_and_on_its_own_call() {
        let recorder = Recorder::install();
        assert_eq!(block_on(asks()), 6);
        assert_tree(&recorder, "invoke_agent asks\n└─ chat gpt-4o [4→2 tokens]");
        let span = recorder.span("chat gpt-4o");
        assert_eq!(span.attribute("gen_ai.usage.cache_read.input_tokens"), Some(&1.into()));
    }

    #[test]
    fn usage_by_hand_replaces_what_the_result_says() {
        let recorder = Recorder::install();
        overridden();
        assert!(block_on(failing()).is_err());
        assert_tree(&recorder, "chat gpt-4o [4→2 tokens]\nchat gpt-4o [4→0 tokens] [error _OTHER]");
    }
}

mod elsewhere {
    use super::*;

    #[step("app.parent")]
    async fn parent() {
        let task = agent_trace_runtime::spawn(async {
            mark("task");
            child().await;
            current().is_recording()
        });
        assert_eq!(task.await.ok(), Some(true));
        let blocking = agent_trace_runtime::spawn_blocking(|| {
            current().set(attribute!("app.blocking" = true));
        });
        assert!(blocking.await.is_ok());
    }

    #[step("app.child")]
    async fn child() {
        tokio::task::yield_now().await;
        mark("child");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_spawned_task_belongs_to_the_call_that_spawned_it() {
        let recorder = Recorder::install();
        parent().await;
        assert_marks(&recorder, &[("app.parent", "task"), ("app.child", "child")]);
        assert_eq!(recorder.span("app.parent").attribute("app.blocking"), Some(&true.into()));
        assert_tree(&recorder, "app.parent\n└─ app.child");
    }

    #[tokio::test]
    async fn a_task_spawned_outside_of_a_call_has_none() {
        let recorder = Recorder::install();
        let task = agent_trace_runtime::spawn(async { current().is_recording() });
        assert_eq!(task.await.ok(), Some(false));

        let span = global::tracer("by hand").start("manual");
        let context = {
            use agent_trace_runtime::opentelemetry::trace::TraceContextExt;
            agent_trace_runtime::opentelemetry::Context::current_with_span(span)
        };
        let attached = context.attach();
        let task = agent_trace_runtime::spawn(async {
            mark("lost");
            current().is_recording()
        });
        drop(attached);
        assert_eq!(task.await.ok(), Some(false), "a span opened by hand is no call");
        drop(recorder);
    }

    #[test]
    fn a_handle_works_from_another_thread() {
        #[step("app.threaded")]
        fn threaded() {
            let call = current();
            let (sender, receiver) = mpsc::channel();
            let thread = std::thread::spawn(move || {
                let own = current().is_recording();
                call.set(attribute!("app.mark" = "thread")).add_event("seen", []);
                sender.send((own, call.is_recording())).expect("the call waits for it");
            });
            assert_eq!(receiver.recv(), Ok((false, true)));
            thread.join().expect("the thread succeeds");
        }

        let recorder = Recorder::install();
        threaded();
        assert_marks(&recorder, &[("app.threaded", "thread")]);
        assert_eq!(recorder.span("app.threaded").data().events.len(), 1);
    }
}

#[test]
fn a_child_that_ends_gives_the_slot_back() {
    #[step("app.outer")]
    fn outer(depth: u32) -> bool {
        let before = current().span_context();
        let inside = depth == 0 || outer(depth - 1);
        inside && current().span_context() == before && before.is_valid()
    }

    let _recorder = Recorder::install();
    assert!(outer(3));
    assert!(!current().is_recording());
}

#[test]
fn tokens_that_a_step_records_are_those_of_the_model_call_around_it() {
    #[llm_call(model = "gpt-4o", usage = manual)]
    async fn ask() {
        read();
    }

    #[tool]
    fn read() {
        parse();
    }

    #[step("app.parse_reply")]
    fn parse() {
        current().record_usage(Usage::new(5, 3));
    }

    let recorder = Recorder::install();
    block_on(ask());
    parse();
    assert_tree(
        &recorder,
        "\
chat gpt-4o [5→3 tokens]
└─ execute_tool read
   └─ app.parse_reply
app.parse_reply [5→3 tokens]
",
    );
}

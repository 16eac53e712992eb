//! Bodies that panic: the panic goes on, the span says so, and nothing is left behind.

use std::panic::{AssertUnwindSafe, catch_unwind};

use agent_trace_runtime::opentelemetry::Context;
use agent_trace_runtime::opentelemetry::trace::{Status, TraceContextExt};
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{agent, attribute, current, llm_call, step, tool};
use futures::FutureExt;
use futures::executor::block_on;
use futures::future::BoxFuture;

use crate::support::assert_tree;

#[tool]
fn plain(panics: bool) -> Result<u8, String> {
    current().set(attribute!("app.seen" = true));
    assert!(!panics, "plain panics");
    Ok(1)
}

#[tool]
async fn later(panics: bool) -> Result<u8, String> {
    std::future::ready(()).await;
    assert!(!panics, "later panics");
    Ok(1)
}

#[step("app.lazy")]
fn lazy(panics: bool) -> impl Future<Output = ()> {
    async move { assert!(!panics, "lazy panics") }
}

#[step("app.eager")]
fn eager(early: bool) -> impl Future<Output = ()> {
    assert!(!early, "eager panics early");
    async move { assert!(early, "eager panics") }
}

#[step("app.boxed")]
fn boxed() -> BoxFuture<'static, Vec<u8>> {
    async move { panic!("boxed panics") }.boxed()
}

#[agent]
fn careful() -> &'static str {
    let caught = catch_unwind(|| plain(true)).is_err();
    let after = plain(false).is_ok();
    if caught && after { "caught" } else { "missed" }
}

#[agent]
async fn careful_later() -> &'static str {
    let caught = AssertUnwindSafe(later(true)).catch_unwind().await.is_err();
    let after = later(false).await.is_ok();
    if caught && after { "caught" } else { "missed" }
}

#[agent]
async fn careless() {
    drop(later(true).await);
}

/// The message of the panic that `call` ends in.
fn message(call: impl FnOnce()) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(call)).err()?;
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
}

/// Nothing of a call is left on this thread.
#[track_caller]
fn assert_idle() {
    assert!(!current().is_recording());
    assert!(!Context::current().has_active_span());
}

#[test]
fn each_shape_panics_on_and_ends_its_span() {
    let shapes: [(&dyn Fn(), &str, &str); 7] = [
        (&|| drop(plain(true)), "plain panics", "execute_tool plain"),
        (&|| drop(block_on(later(true))), "later panics", "execute_tool later"),
        (&|| block_on(lazy(true)), "lazy panics", "app.lazy"),
        (&|| drop(eager(true)), "eager panics early", "app.eager"),
        (&|| block_on(eager(false)), "eager panics", "app.eager"),
        (&|| drop(boxed().now_or_never()), "boxed panics", "app.boxed"),
        (&|| drop(plain(true).map(|_| plain(true))), "plain panics", "execute_tool plain"),
    ];
    for (shape, text, name) in shapes {
        let recorder = Recorder::install();
        assert_eq!(message(shape).as_deref(), Some(text));
        let span = recorder.span(name);
        assert_eq!(span.error_type(), Some("panic"), "{name}");
        assert!(matches!(span.data().status, Status::Error { .. }), "{name}");
        assert_tree(&recorder, &format!("{name} [error panic]"));
        assert_idle();
    }
}

#[test]
fn what_was_recorded_before_the_panic_stays() {
    let recorder = Recorder::install();
    assert!(message(|| drop(plain(true))).is_some());
    assert_eq!(
        recorder.span("execute_tool plain").attribute_keys(),
        ["app.seen", "error.type", "gen_ai.operation.name", "gen_ai.tool.name"],
    );
}

#[test]
fn a_panic_goes_through_all_levels() {
    let recorder = Recorder::install();
    assert_eq!(message(|| block_on(careless())).as_deref(), Some("later panics"));
    assert_tree(
        &recorder,
        "invoke_agent careless [error panic]\n└─ execute_tool later [error panic]",
    );
    assert_idle();
}

#[test]
fn a_parent_that_catches_the_panic_succeeds() {
    let recorder = Recorder::install();
    assert_eq!(careful(), "caught");
    assert_eq!(block_on(careful_later()), "caught");
    assert_tree(
        &recorder,
        "
invoke_agent careful
├─ execute_tool plain [error panic]
└─ execute_tool plain
invoke_agent careful_later
├─ execute_tool later [error panic]
└─ execute_tool later
",
    );
    assert_idle();
}

#[test]
fn calls_after_a_panic_are_traced_as_before() {
    let recorder = Recorder::install();
    assert!(message(|| drop(block_on(later(true)))).is_some());
    assert_eq!(plain(false), Ok(1));
    assert_eq!(block_on(later(false)), Ok(1));
    assert_tree(
        &recorder,
        "execute_tool later [error panic]\nexecute_tool plain\nexecute_tool later",
    );
    let spans = recorder.spans();
    assert!(spans[0].trace_id() != spans[1].trace_id(), "the panicked call is nobody's parent");
}

#[tokio::test]
async fn a_panic_in_a_task_ends_its_span() {
    let recorder = Recorder::install();
    let task = agent_trace_runtime::spawn(later(true));
    assert!(task.await.is_err_and(|error| error.is_panic()));
    let blocking = agent_trace_runtime::spawn_blocking(|| plain(true));
    assert!(blocking.await.is_err_and(|error| error.is_panic()));
    assert_tree(&recorder, "execute_tool later [error panic]\nexecute_tool plain [error panic]");
    assert_idle();
}

#[test]
fn dropping_while_unwinding_is_a_panic_of_the_parent_only() {
    #[step("app.parent")]
    fn parent() {
        let mut child = Box::pin(child());
        assert_eq!(child.as_mut().now_or_never(), None);
        panic!("with a running child");
    }

    #[step("app.child")]
    async fn child() {
        std::future::pending::<()>().await;
    }

    let recorder = Recorder::install();
    assert!(message(parent).is_some());
    assert_tree(&recorder, "app.parent [error panic]\n└─ app.child [cancelled]");
    assert_idle();
}

#[test]
fn a_panic_while_an_attribute_is_evaluated_leaves_nothing_behind() {
    #[llm_call(model = model.to_uppercase(), provider = "openai", attributes("app.x" = fails()), usage = none)]
    fn ask(model: &str) -> String {
        model.to_owned()
    }

    fn fails() -> &'static str {
        panic!("while recording")
    }

    let recorder = Recorder::install();
    assert_eq!(message(|| drop(ask("m"))).as_deref(), Some("while recording"));
    assert_idle();
    drop(recorder);
    assert_eq!(ask("m"), "m");
}

#[test]
fn a_poll_that_cannot_attach_leaves_the_call_as_it_was() {
    #[step("app.polled")]
    async fn polled() -> bool {
        let before = plain(false).is_ok();
        futures::pending!();
        before && plain(false).is_ok()
    }

    for polls in 0..=1 {
        let recorder = Recorder::install();
        let mut call = Box::pin(polled());
        for _ in 0..polls {
            assert_eq!(call.as_mut().now_or_never(), None);
        }
        let poll = || assert_eq!(call.as_mut().now_or_never(), None);
        let told = Context::map_current(|_| message(poll));
        assert!(told.is_some_and(|told| told.contains("borrowed")));
        if polls == 0 {
            assert_eq!(call.as_mut().now_or_never(), None);
        }
        assert_eq!(call.as_mut().now_or_never(), Some(true));
        assert_tree(&recorder, "app.polled\n├─ execute_tool plain\n└─ execute_tool plain");
        assert_idle();
    }
}

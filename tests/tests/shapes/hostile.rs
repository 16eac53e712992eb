//! User types that misbehave, and places where little works any more: the call goes on as it would.

use std::cell::RefCell;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use agent_trace_runtime::opentelemetry::Context;
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{InferenceResponse, Usage, attribute, current, llm_call, step, tool};
use futures::executor::block_on;

use crate::support::{assert_tree, check, check_async};

#[derive(Debug, PartialEq)]
struct PanickingDisplay;

impl fmt::Display for PanickingDisplay {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("an error that cannot say what it is")
    }
}

#[tool]
fn fails() -> Result<(), PanickingDisplay> {
    Err(PanickingDisplay)
}

#[tool]
async fn fails_later() -> Result<(), PanickingDisplay> {
    Err(PanickingDisplay)
}

#[test]
fn an_error_whose_text_panics_is_returned_all_the_same() {
    let tree = |name| format!("execute_tool {name} [error {}::PanickingDisplay]", module_path!());
    check(fails, Err(PanickingDisplay), &tree("fails"));
    check_async(fails_later, Err(PanickingDisplay), &tree("fails_later"));
}

struct PanickingReply;

impl InferenceResponse for PanickingReply {
    fn usage(&self) -> Option<Usage> {
        panic!("a response that cannot say what it used")
    }
}

#[llm_call(model = "gpt-4o")]
async fn ask() -> PanickingReply {
    PanickingReply
}

#[test]
fn a_response_that_panics_when_asked_is_returned_all_the_same() {
    let recorder = Recorder::install();
    let PanickingReply = block_on(ask());
    assert_tree(&recorder, "chat gpt-4o");
}

struct Reply;

impl InferenceResponse for Reply {
    fn usage(&self) -> Option<Usage> {
        Some(Usage::new(2, 1))
    }
}

#[llm_call(model = "gpt-4o")]
fn optional() -> Option<Reply> {
    Some(Reply)
}

#[llm_call(model = "gpt-4o")]
fn shared() -> Result<Arc<Reply>, String> {
    Ok(Arc::new(Reply))
}

#[test]
fn a_response_is_found_behind_pointers_and_in_an_option() {
    let recorder = Recorder::install();
    assert!(optional().is_some() && shared().is_ok());
    assert_tree(&recorder, "chat gpt-4o [2→1 tokens]\nchat gpt-4o [2→1 tokens]");
}

fn panics() -> u8 {
    panic!("an argument that cannot be had")
}

#[step("app.plain", attributes("app.value" = panics()))]
fn plain() {}

#[step("app.later", attributes("app.value" = panics()))]
async fn later() {}

#[test]
fn an_argument_that_panics_ends_its_call_as_panicked() {
    let recorder = Recorder::install();
    assert!(std::panic::catch_unwind(plain).is_err());
    assert!(std::panic::catch_unwind(|| block_on(later())).is_err());
    assert_tree(&recorder, "app.plain [error panic]\napp.later [error panic]");
    assert!(!current().is_recording());
}

fn mark() -> u8 {
    current().set(attribute!("app.mark" = true));
    1
}

#[step("app.marked", attributes("app.value" = mark()))]
fn marked() {}

#[step("app.marked_later", attributes("app.value" = mark()))]
async fn marked_later() {}

#[test]
fn arguments_are_read_within_their_call() {
    let recorder = Recorder::install();
    marked();
    block_on(marked_later());
    for name in ["app.marked", "app.marked_later"] {
        assert_eq!(recorder.span(name).attribute("app.mark"), Some(&true.into()), "{name}");
    }
}

#[tool]
async fn conditional(first: u8, #[cfg(any())] second: u8, third: u8) -> u8 {
    #[cfg(any())]
    drop(second);
    first + third
}

#[test]
fn an_argument_may_depend_on_the_configuration() {
    check_async(|| conditional(1, 2), 3, "execute_tool conditional");
}

type SharedFuture = Pin<Box<dyn Future<Output = u8> + Send + Sync>>;

#[tool]
fn boxed_to_share() -> SharedFuture {
    let future: SharedFuture = Box::pin(std::future::ready(1));
    mark();
    future
}

#[test]
fn a_boxed_future_that_is_sync_lasts_as_long_as_its_call() {
    let recorder = Recorder::install();
    let future = boxed_to_share();
    assert_tree(&recorder, "");
    assert_eq!(block_on(future), 1);
    assert_tree(&recorder, "execute_tool boxed_to_share");
}

/// Calls an annotated function when its thread ends.
struct AtExit(Sender<u8>);

#[tool]
fn last_words() -> u8 {
    7
}

impl Drop for AtExit {
    fn drop(&mut self) {
        self.0.send(last_words()).unwrap();
    }
}

#[test]
fn a_call_while_the_thread_ends_works_and_is_not_traced() {
    thread_local! {
        static AT_EXIT: RefCell<Option<AtExit>> = const { RefCell::new(None) };
    }
    let _recorder = Recorder::install();
    // What the thread has used before is gone before: all, or the context alone.
    let before: [fn(); 2] = [|| assert_eq!(last_words(), 7), || drop(Context::current())];
    for before in before {
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            AT_EXIT.set(Some(AtExit(sender)));
            before();
        })
        .join()
        .unwrap();
        assert_eq!(receiver.recv(), Ok(7));
    }
}

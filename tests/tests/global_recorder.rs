//! A recorder for the whole process, which needs a process of its own.

use std::sync::{Mutex, MutexGuard, PoisonError};

use agent_trace_runtime::opentelemetry::global;
use agent_trace_runtime::opentelemetry::trace::{Span, Tracer};
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{agent, attribute, current, tool};

/// The tests of this file take turns.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[tool(attributes("app.number" = number))]
fn leaf(number: u8) -> u8 {
    current().set(attribute!("app.seen" = true));
    number
}

#[agent]
async fn root(number: u8) -> u8 {
    tokio::task::yield_now().await;
    leaf(number)
}

#[test]
fn it_sees_calls_on_bare_threads() {
    let _turn = turn();
    let recorder = Recorder::install_global().expect("no other is installed");
    let threads: Vec<_> = (0..4).map(|number| std::thread::spawn(move || leaf(number))).collect();
    for thread in threads {
        thread.join().expect("no thread fails");
    }
    let mut numbers: Vec<String> = recorder
        .spans_named("execute_tool leaf")
        .iter()
        .filter_map(|span| span.attribute("app.number").map(ToString::to_string))
        .collect();
    numbers.sort();
    assert_eq!(numbers, ["0", "1", "2", "3"]);
    assert!(recorder.spans().iter().all(|span| span.attribute("app.seen").is_some()));
}

#[test]
fn it_sees_calls_in_bare_tasks() {
    let _turn = turn();
    let recorder = Recorder::install_global().expect("no other is installed");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    assert_eq!(runtime.block_on(async { tokio::spawn(root(3)).await.ok() }), Some(3));
    assert_eq!(recorder.tree(), "invoke_agent root\n└─ execute_tool leaf\n");
}

#[test]
fn only_one_is_installed_at_a_time() {
    let _turn = turn();
    let first = Recorder::install_global().expect("no other is installed");
    assert!(Recorder::install_global().is_err());
    leaf(1);
    assert_eq!(first.spans().len(), 1);
    drop(first);
    leaf(2);
    let second = Recorder::install_global().expect("the first is gone");
    leaf(3);
    assert_eq!(second.span("execute_tool leaf").attribute("app.number"), Some(&3.into()));
}

#[test]
fn a_scoped_recorder_comes_first() {
    let _turn = turn();
    let process = Recorder::install_global().expect("no other is installed");
    let scoped = Recorder::install();
    leaf(1);
    std::thread::spawn(|| leaf(2)).join().expect("the thread succeeds");
    assert_eq!(scoped.span("execute_tool leaf").attribute("app.number"), Some(&1.into()));
    assert_eq!(process.span("execute_tool leaf").attribute("app.number"), Some(&2.into()));
    drop(scoped);
    leaf(3);
    assert_eq!(process.spans().len(), 2);
}

#[test]
fn it_sees_spans_opened_by_hand() {
    let _turn = turn();
    let recorder = Recorder::install_global().expect("no other is installed");
    let thread = std::thread::spawn(|| {
        global::tracer("by hand").in_span("manual", |_| leaf(1));
        global::tracer("by hand").start("alone").end();
    });
    thread.join().expect("the thread succeeds");
    assert_eq!(recorder.tree(), "manual\n└─ execute_tool leaf\nalone\n");
}

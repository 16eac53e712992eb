//! What the other modules share: calls below a recorder, and exact comparisons of spans.

use std::fmt::Debug;

use agent_trace_runtime::opentelemetry::Value;
use agent_trace_runtime::testing::{RecordedSpan, Recorder};
use futures::executor::block_on;

/// Calls `call` below a recorder; compares what it returns, and the tree of its spans.
#[track_caller]
pub(crate) fn check<T, U>(call: impl FnOnce() -> T, expected: U, tree: &str)
where
    T: PartialEq<U> + Debug,
    U: Debug,
{
    let recorder = Recorder::install();
    let output = call();
    assert_eq!(output, expected);
    assert_tree(&recorder, tree);
}

/// [`check`] for what returns a future that is `Send`.
#[track_caller]
pub(crate) fn check_async<F, U>(call: impl FnOnce() -> F, expected: U, tree: &str)
where
    F: Future<Output: PartialEq<U> + Debug> + Send,
    U: Debug,
{
    check_local(call, expected, tree);
}

/// [`check`] for what returns any future.
#[track_caller]
pub(crate) fn check_local<F, U>(call: impl FnOnce() -> F, expected: U, tree: &str)
where
    F: Future<Output: PartialEq<U> + Debug>,
    U: Debug,
{
    check(|| block_on(call()), expected, tree);
}

/// Compares all spans so far with a tree, without regard to white space around it.
#[track_caller]
pub(crate) fn assert_tree(recorder: &Recorder, tree: &str) {
    assert_eq!(recorder.tree().trim_end(), tree.trim());
}

/// Compares all attributes of a span; a key that was set twice stands twice.
#[track_caller]
pub(crate) fn assert_attributes(span: &RecordedSpan, expected: &[(&str, Value)]) {
    let mut found: Vec<(&str, Value)> = span
        .data()
        .attributes
        .iter()
        .map(|known| (known.key.as_str(), known.value.clone()))
        .collect();
    found.sort_by_key(|(key, _)| *key);
    let mut expected = expected.to_vec();
    expected.sort_by_key(|(key, _)| *key);
    assert_eq!(found, expected, "attributes of `{}`", span.name());
}

/// Compiles only for what can be sent to another thread.
pub(crate) fn assert_send<T: Send>(value: T) -> T {
    value
}

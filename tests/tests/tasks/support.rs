//! What the other modules share: small calls, and exact comparisons of trees.

use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::tool;

#[tool]
pub(crate) async fn fetch() -> u8 {
    tokio::task::yield_now().await;
    1
}

#[tool]
pub(crate) fn compute() -> u8 {
    2
}

/// Compares all spans so far with a tree, without regard to white space around it.
#[track_caller]
pub(crate) fn assert_tree(recorder: &Recorder, tree: &str) {
    assert_eq!(recorder.tree().trim_end(), tree.trim());
}

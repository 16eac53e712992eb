//! Recorders beside each other, within each other, and after each other.

use std::sync::{Arc, Barrier};
use std::thread;

use agent_trace_runtime::opentelemetry_sdk::trace::Sampler;
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{agent, tool};
use futures::executor::block_on;

use crate::support::assert_tree;

#[tool(attributes("app.number" = number))]
async fn leaf(number: usize) -> usize {
    std::future::ready(number).await
}

#[agent]
async fn root(number: usize) -> usize {
    leaf(number).await + leaf(number).await
}

const TREE: &str = "
invoke_agent root
├─ execute_tool leaf
└─ execute_tool leaf
";

#[test]
fn recorders_in_many_threads_see_their_own_spans_only() {
    const THREADS: usize = 8;
    const ROUNDS: usize = 50;
    let barrier = Arc::new(Barrier::new(THREADS));
    let threads: Vec<_> = (0..THREADS)
        .map(|number| {
            let barrier = Arc::clone(&barrier);
            thread::spawn(move || {
                barrier.wait();
                for _ in 0..ROUNDS {
                    let recorder = Recorder::install();
                    assert_eq!(block_on(root(number)), number * 2);
                    assert_tree(&recorder, TREE);
                    for leaf in recorder.spans_named("execute_tool leaf") {
                        let expected = i64::try_from(number).expect("a small number").into();
                        assert_eq!(leaf.attribute("app.number"), Some(&expected));
                    }
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no thread fails");
    }
}

#[test]
fn a_thread_without_a_recorder_records_nowhere() {
    let recorder = Recorder::install();
    thread::spawn(|| assert_eq!(block_on(root(1)), 2)).join().expect("the thread succeeds");
    assert_tree(&recorder, "");
}

#[test]
fn the_innermost_recorder_records() {
    let outer = Recorder::install();
    block_on(leaf(1));
    {
        let inner = Recorder::install();
        block_on(root(1));
        assert_tree(&inner, TREE);
    }
    block_on(leaf(1));
    assert_tree(&outer, "execute_tool leaf\nexecute_tool leaf");
}

#[test]
fn nothing_is_recorded_after_a_recorder_is_gone() {
    let recorder = Recorder::install();
    let provider = recorder.tracer_provider().clone();
    drop(recorder);
    assert_eq!(block_on(root(1)), 2);
    let next = Recorder::install();
    assert_tree(&next, "");
    drop(provider);
}

#[test]
fn a_recorder_installed_within_a_call_records_what_follows() {
    #[agent]
    fn host() -> String {
        let recorder = Recorder::install();
        block_on(leaf(1));
        recorder.tree()
    }

    let outer = Recorder::install();
    assert_eq!(host(), "execute_tool leaf\n");
    assert_tree(&outer, "invoke_agent host");
}

#[test]
fn a_sampler_that_says_no_leaves_the_children_out_too() {
    let recorder = Recorder::builder().sampler(Sampler::AlwaysOff).install();
    assert_eq!(block_on(root(2)), 4);
    assert_tree(&recorder, "");
}

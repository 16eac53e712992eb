//! A thousand conversations at once, with all that may tear a trace: no span is in a wrong place.
//!
//! What they do is drawn from a seed, which `CONVERSATIONS_SEED` sets. The recorder is that of the process, since
//! some of what they do has no context at all.

mod check;
mod facts;
mod program;

use std::sync::Arc;
use std::time::Duration;

use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{ContextAttributes, attribute};
use tokio::sync::{Barrier, mpsc};

use crate::facts::{Facts, Node, Place, Random};
use crate::program::{World, batch, conversation, work};

const CONVERSATIONS: usize = 1_000;
/// How many messages are processed together.
const BATCH: usize = 100;
/// What takes longer never ends.
const LIMIT: Duration = Duration::from_secs(120);

fn seed() -> u64 {
    let seed = std::env::var("CONVERSATIONS_SEED").ok();
    seed.map_or(0x2026, |seed| seed.parse().expect("CONVERSATIONS_SEED is a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_conversations_at_once_never_mix() {
    let recorder = Recorder::install_global().expect("nothing is installed");
    let facts = Arc::new(Facts::default());
    let seed = seed();
    eprintln!("CONVERSATIONS_SEED={seed}");
    tokio::time::timeout(LIMIT, run(seed, &facts)).await.expect("it ends");
    let spans = recorder.spans();
    let facts = facts.all();
    check::check(&spans, &facts);
    check::check_coverage(&facts);
}

/// Runs all conversations, until the last task is gone.
async fn run(seed: u64, facts: &Arc<Facts>) {
    let (jobs, queue) = mpsc::unbounded_channel();
    let (results, mut batches) = mpsc::unbounded_channel();
    let (alive, mut are_gone) = mpsc::channel(1);
    let world = Arc::new(World {
        facts: facts.clone(),
        // All are open at the same time before the first one goes on.
        all_are_open: Barrier::new(CONVERSATIONS),
        jobs,
        results,
        alive: alive.clone(),
    });
    let worker = tokio::spawn(work(queue, alive));
    let mut random = Random(seed);
    let conversations: Vec<_> = (0..CONVERSATIONS)
        .map(|index| {
            let place = Place::of_conversation(index);
            let attributes = ContextAttributes::new()
                .conversation(place.conversation.as_deref())
                .with(attribute!("user.id" = place.user.as_deref()));
            let node = Node::new(random.fork(), 0, place, world.clone());
            tokio::spawn(attributes.scope(conversation(node)))
        })
        .collect();
    for conversation in conversations {
        conversation.await.expect("no conversation fails");
    }
    let mut results = Vec::new();
    assert_eq!(batches.recv_many(&mut results, CONVERSATIONS).await, CONVERSATIONS);
    while !results.is_empty() {
        let rest = results.split_off(results.len().min(BATCH));
        batch(Node::new(random.fork(), 0, Place::nowhere(&mut random), world.clone()), results);
        results = rest;
    }
    drop(world);
    worker.await.expect("the worker does not fail");
    assert_eq!(are_gone.recv().await, None::<()>);
}

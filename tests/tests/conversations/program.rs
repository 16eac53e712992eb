//! A program that does at random what may tear a trace.

use std::future::pending;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use agent_trace_runtime::{
    Envelope, agent, attribute, carry, current, llm_call, plan, spawn, spawn_blocking, spawn_in,
    spawn_thread, step, tool, with_conversation, workflow,
};
use futures::future::{BoxFuture, join_all};
use futures::stream::{self, BoxStream, StreamExt};
use tokio::sync::{Barrier, mpsc, oneshot};
use tokio::task::{JoinSet, yield_now};
use tokio::time::timeout;

use crate::facts::{Facts, Node, Place};

/// No call is deeper.
const MAX_DEPTH: u8 = 5;

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) facts: Arc<Facts>,
    pub(crate) all_are_open: Barrier,
    pub(crate) jobs: mpsc::UnboundedSender<Envelope<Job>>,
    pub(crate) results: mpsc::UnboundedSender<Envelope<i64>>,
    /// Each task has one until it is gone.
    pub(crate) alive: mpsc::Sender<()>,
}

/// What a worker does for a call, and where it says that it is done.
pub(crate) type Job = (Node, oneshot::Sender<()>);

/// Keeps `alive` until `future` is dropped, with all that it owns.
async fn counted<T>(alive: mpsc::Sender<()>, future: impl Future<Output = T>) -> T {
    let _alive = alive;
    future.await
}

/// Does what others have sent, below them.
pub(crate) async fn work(
    mut jobs: mpsc::UnboundedReceiver<Envelope<Job>>,
    alive: mpsc::Sender<()>,
) {
    while let Some(envelope) = jobs.recv().await {
        let job = envelope.open_async(|(node, is_done)| async move {
            call(node).await;
            let _ = is_done.send(());
        });
        tokio::spawn(counted(alive.clone(), job));
    }
}

#[agent(name = "conversation", attributes("app.node" = node.id))]
pub(crate) async fn conversation(mut node: Node) {
    node.begin();
    node.world.all_are_open.wait().await;
    for _ in 0..4 {
        act(&mut node).await;
    }
    node.world.results.send(Envelope::new(node.id)).expect("it is received");
    end(&node);
}

#[step("app.batch", attributes("app.node" = node.id))]
pub(crate) fn batch(node: Node, results: Vec<Envelope<i64>>) {
    node.begin();
    for sender in results.into_iter().map(Envelope::into_linked) {
        node.link(sender);
    }
    end(&node);
}

#[agent(attributes("app.node" = node.id))]
async fn ask(node: Node) {
    live(node).await;
}

#[workflow(attributes("app.node" = node.id))]
async fn proceed(node: Node) {
    live(node).await;
}

#[tool(attributes("app.node" = node.id))]
async fn look_up(node: Node) {
    live(node).await;
}

#[llm_call(model = "gpt-4o", usage = none, attributes("app.node" = node.id))]
async fn infer(node: Node) {
    live(node).await;
}

#[step("app.step", attributes("app.node" = node.id))]
fn take_step(node: Node) -> impl Future<Output = ()> + Send {
    // It has begun, whether or not the future is polled.
    node.begin();
    async move {
        yield_now().await;
        end(&node);
    }
}

#[plan(attributes("app.node" = node.id))]
fn decide(node: Node) {
    node.begin();
    end(&node);
}

/// Never ends by itself, and begins others that do not.
#[tool(attributes("app.node" = node.id))]
async fn get_stuck(mut node: Node) {
    node.begin();
    match node.random.below(3) {
        0 if node.depth < MAX_DEPTH => Pin::from(Box::new(get_stuck(node.child()))).await,
        1 if node.depth < MAX_DEPTH => leave_behind(&mut node),
        _ => {}
    }
    pending().await
}

/// Each item is made by a call below the stream.
#[llm_call(model = "gpt-4o", usage = none, attributes("app.node" = node.id))]
fn speak(node: Node) -> BoxStream<'static, ()> {
    node.begin_stream();
    let words = node.random.clone().below(4);
    stream::unfold((node, words), |(mut node, words)| async move {
        if words == 0 {
            end(&node);
            return None;
        }
        call(node.child()).await;
        Some(((), (node, words - 1)))
    })
    .boxed()
}

fn call(mut node: Node) -> BoxFuture<'static, ()> {
    match node.random.below(6) {
        0 => Box::pin(ask(node)),
        1 => Box::pin(proceed(node)),
        2 => Box::pin(look_up(node)),
        3 => Box::pin(infer(node)),
        4 => Box::pin(async move { take_step(node).await }),
        _ => Box::pin(async move { decide(node) }),
    }
}

/// The body is done, and its call is still the running one.
fn end(node: &Node) {
    current().set(attribute!("app.last" = node.id));
    node.finish();
}

async fn live(mut node: Node) {
    node.begin();
    if node.random.below(2) == 0 {
        yield_now().await;
    }
    if node.depth < MAX_DEPTH {
        for _ in 0..node.random.below(3) {
            act(&mut node).await;
        }
    }
    end(&node);
}

/// A task that nobody waits for.
fn leave_behind(node: &mut Node) {
    drop(spawn(counted(node.world.alive.clone(), call(node.child()))));
}

/// A moment, or none at all.
fn moment(node: &mut Node) -> Duration {
    Duration::from_micros(node.random.below(4) * 300)
}

async fn act(node: &mut Node) {
    let alive = node.world.alive.clone();
    match node.random.below(16) {
        0 => call(node.child()).await,
        1 => {
            let calls: Vec<_> = (0..3).map(|_| call(node.child())).collect();
            join_all(calls).await;
        }
        2 => {
            let task = spawn(counted(alive, call(node.child())));
            call(node.child()).await;
            task.await.expect("no task fails");
        }
        3 => {
            let mut tasks = JoinSet::new();
            for _ in 0..3 {
                spawn_in(&mut tasks, counted(alive.clone(), call(node.child())));
            }
            let child = node.child();
            tasks.spawn_blocking(carry().wrap_fn(|| {
                decide(child);
                drop(alive);
            }));
            tasks.join_all().await;
        }
        4 => {
            let mut tasks = JoinSet::new();
            spawn_in(&mut tasks, counted(alive.clone(), get_stuck(node.child())));
            spawn_in(&mut tasks, counted(alive, call(node.child())));
            yield_now().await;
            // Whatever of it has begun is dropped.
            tasks.shutdown().await;
        }
        5 => {
            let child = node.child();
            let blocking = spawn_blocking(|| {
                decide(child);
                drop(alive);
            });
            blocking.await.expect("no task fails");
        }
        6 => {
            let child = node.child();
            let (sender, receiver) = oneshot::channel();
            if node.random.below(8) == 0 {
                spawn_thread(move || {
                    decide(child);
                    let _ = sender.send(alive);
                });
            } else {
                rayon::spawn(carry().wrap_fn(move || {
                    decide(child);
                    let _ = sender.send(alive);
                }));
            }
            receiver.await.expect("no thread fails");
        }
        7 => {
            let limit = moment(node);
            assert!(timeout(limit, get_stuck(node.child())).await.is_err());
        }
        8 => {
            let limit = moment(node);
            // It may end in time, or not.
            let _ = timeout(limit, call(node.child())).await;
        }
        9 => {
            let stuck = get_stuck(node.child());
            tokio::select! { () = call(node.child()) => {}, () = stuck => {} }
        }
        10 => {
            let first = call(node.child());
            tokio::select! { () = call(node.child()) => {}, () = first => {} }
        }
        11 => converse(node).await,
        12 => leave_behind(node),
        13 => {
            // Nothing is carried: a trace of its own.
            let place = Place::nowhere(&mut node.random);
            let other = Node::new(node.random.fork(), node.depth + 1, place, node.world.clone());
            tokio::spawn(counted(alive, call(other)));
        }
        14 => {
            let (sender, receiver) = oneshot::channel();
            let job = Envelope::new((node.child(), sender));
            node.world.jobs.send(job).expect("it is received");
            if node.random.below(2) == 0 {
                let _ = receiver.await;
            }
        }
        _ => {
            let mut child = node.child();
            let id = format!("aside-{}", child.id);
            child.place.conversation = Some(id.clone());
            with_conversation(id, call(child)).await;
        }
    }
}

/// Reads a stream to its end, or not.
async fn converse(node: &mut Node) {
    let mut words = speak(node.child());
    match node.random.below(4) {
        0 => while words.next().await.is_some() {},
        1 => {
            // Drops it half-way, where it is longer.
            let _ = words.next().await;
        }
        2 => {
            let _ = futures::poll!(words.next());
        }
        _ => {
            let alive = node.world.alive.clone();
            // It takes its context along by itself.
            tokio::spawn(counted(alive, async move { while words.next().await.is_some() {} }));
        }
    }
}

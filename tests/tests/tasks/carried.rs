//! The running call in pools, threads and sets of tasks.

use std::panic::UnwindSafe;
use std::sync::{Barrier, mpsc};

use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{
    Carried, CarriedFuture, agent, attribute, carry, current, spawn, spawn_in, spawn_thread,
};
use rayon::prelude::*;
use tokio::sync::Notify;
use tokio::task::{JoinSet, LocalSet};

use crate::support::{assert_tree, compute, fetch};

mod sets_of_tasks {
    use super::*;

    #[agent]
    async fn spawns() -> u8 {
        let mut tasks = JoinSet::new();
        spawn_in(&mut tasks, fetch());
        spawn_in(&mut tasks, fetch());
        tasks.spawn_blocking(carry().wrap_fn(compute));
        tasks.join_all().await.into_iter().sum()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn tasks_of_a_set_are_children() {
        let recorder = Recorder::install();
        assert_eq!(spawns().await, 4);
        let parent = recorder.span("invoke_agent spawns").span_id();
        let spans = recorder.spans();
        let below = spans.iter().filter(|span| span.parent_span_id() == parent);
        let mut names: Vec<_> = below.map(|span| span.name()).collect();
        names.sort_unstable();
        let expected = ["execute_tool compute", "execute_tool fetch", "execute_tool fetch"];
        assert_eq!(names, expected);
    }

    #[agent]
    async fn gives_up() {
        let mut tasks = JoinSet::new();
        let begun = std::sync::Arc::new(Notify::new());
        let tells = begun.clone();
        spawn_in(&mut tasks, async move {
            let mut call = Box::pin(fetch());
            let is_pending = std::future::poll_fn(|context| {
                std::task::Poll::Ready(call.as_mut().poll(context).is_pending())
            });
            assert!(is_pending.await);
            tells.notify_one();
            std::future::pending::<()>().await;
        });
        begun.notified().await;
        tasks.shutdown().await;
    }

    #[tokio::test]
    async fn tasks_that_are_aborted_end_below_their_call() {
        let recorder = Recorder::install();
        gives_up().await;
        assert_tree(&recorder, "invoke_agent gives_up\n└─ execute_tool fetch [cancelled]");
    }

    #[agent]
    async fn stays() -> u8 {
        let local = LocalSet::new();
        let not_send = std::rc::Rc::new(1);
        let task = local.spawn_local(carry().wrap(async move { fetch().await + *not_send }));
        local.await;
        task.await.unwrap_or_default()
    }

    #[tokio::test]
    async fn tasks_that_stay_on_a_thread_are_children() {
        let recorder = Recorder::install();
        assert_eq!(stays().await, 2);
        assert_tree(&recorder, "invoke_agent stays\n└─ execute_tool fetch");
    }
}

mod pools {
    use super::*;

    #[agent]
    fn ranks(items: &[u8]) -> Vec<u8> {
        let carried = carry();
        items.par_iter().map(|item| carried.enter(|| item + compute())).collect()
    }

    #[test]
    fn items_of_a_pool_are_children() {
        let recorder = Recorder::install();
        let items: Vec<u8> = (0..100).collect();
        assert_eq!(ranks(&items), (2..102).collect::<Vec<u8>>());
        let parent = recorder.span("invoke_agent ranks").span_id();
        let calls = recorder.spans_named("execute_tool compute");
        assert_eq!(calls.len(), 100);
        assert!(calls.iter().all(|call| call.parent_span_id() == parent));
    }

    #[agent]
    fn forks() -> (u8, u8) {
        let carried = carry();
        rayon::join(|| carried.enter(compute), || carried.enter(compute))
    }

    #[agent]
    fn detaches() -> Option<u8> {
        let (sender, receiver) = mpsc::channel();
        rayon::spawn(carry().wrap_fn(move || sender.send(compute()).expect("it waits")));
        receiver.recv().ok()
    }

    #[test]
    fn jobs_of_a_pool_are_children() {
        let recorder = Recorder::install();
        assert_eq!(forks(), (2, 2));
        assert_eq!(detaches(), Some(2));
        assert_tree(
            &recorder,
            "
invoke_agent forks
├─ execute_tool compute
└─ execute_tool compute
invoke_agent detaches
└─ execute_tool compute
",
        );
    }

    #[agent]
    fn meets(threads: usize) {
        let barrier = Barrier::new(threads);
        let carried = carry();
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    carried.enter(|| {
                        // All are in it at once.
                        barrier.wait();
                        compute();
                        barrier.wait();
                    })
                });
            }
        });
    }

    #[test]
    fn a_call_can_be_entered_by_many_threads_at_once() {
        let recorder = Recorder::install();
        meets(4);
        let parent = recorder.span("invoke_agent meets").span_id();
        let calls = recorder.spans_named("execute_tool compute");
        assert_eq!(calls.len(), 4);
        assert!(calls.iter().all(|call| call.parent_span_id() == parent));
    }
}

mod threads {
    use super::*;

    #[agent]
    fn threads() -> u8 {
        let named = std::thread::Builder::new().name("named".to_owned());
        let named = named.spawn(carry().wrap_fn(compute)).expect("a thread");
        let sum = spawn_thread(compute).join().unwrap_or_default();
        sum + named.join().unwrap_or_default()
    }

    #[test]
    fn threads_are_children() {
        let recorder = Recorder::install();
        assert_eq!(threads(), 4);
        assert_tree(
            &recorder,
            "
invoke_agent threads
├─ execute_tool compute
└─ execute_tool compute
",
        );
    }

    #[agent]
    fn panics() -> bool {
        spawn_thread(|| {
            compute();
            panic!("it does");
        })
        .join()
        .is_err()
    }

    #[test]
    fn a_panic_of_a_thread_is_its_own() {
        let recorder = Recorder::install();
        assert!(panics());
        assert_tree(&recorder, "invoke_agent panics\n└─ execute_tool compute");
    }
}

mod handles {
    use super::*;

    const fn is_shared<T: Clone + Send + Sync + UnwindSafe + 'static>() {}
    const _: () = is_shared::<Carried>();
    const fn is_sent<T: Send + Unpin + UnwindSafe + 'static>() {}
    const _: () = is_sent::<CarriedFuture<std::future::Ready<u8>>>();

    #[agent]
    fn gives() -> Carried {
        carry()
    }

    #[test]
    fn what_outlives_its_call_is_still_below_it() {
        let recorder = Recorder::install();
        let carried = gives();
        assert_eq!(carried.enter(compute), 2);
        assert_tree(&recorder, "invoke_agent gives\n└─ execute_tool compute");
        // And what was there before is there again.
        compute();
        assert_eq!(recorder.tree().lines().last(), Some("execute_tool compute"));
    }

    #[agent]
    fn tells() {
        spawn_thread(|| {
            current().set(attribute!("app.told" = "by a thread"));
        })
        .join()
        .expect("no panic");
    }

    #[test]
    fn the_running_call_is_the_same() {
        let recorder = Recorder::install();
        tells();
        let told = recorder.span("invoke_agent tells");
        assert_eq!(told.attribute("app.told"), Some(&"by a thread".into()));
    }

    #[agent]
    fn recovers() -> bool {
        let carried = carry();
        let has_panicked = std::panic::catch_unwind(|| carried.enter(|| panic!("it does")));
        compute();
        has_panicked.is_err()
    }

    #[test]
    fn a_panic_leaves_what_was_there_before() {
        let recorder = Recorder::install();
        assert!(recovers());
        assert_tree(&recorder, "invoke_agent recovers\n└─ execute_tool compute");
        assert!(!current().is_recording());
    }

    /// Calls something when it is dropped.
    struct Owner;

    impl Drop for Owner {
        fn drop(&mut self) {
            compute();
        }
    }

    #[agent]
    async fn owns() {
        let owner = Owner;
        let task = spawn(async move {
            std::future::pending::<()>().await;
            drop(owner);
        });
        tokio::task::yield_now().await;
        task.abort();
        assert!(task.await.is_err_and(|error| error.is_cancelled()));
    }

    #[tokio::test]
    async fn what_a_task_owns_is_dropped_below_its_call() {
        let recorder = Recorder::install();
        owns().await;
        assert_tree(&recorder, "invoke_agent owns\n└─ execute_tool compute");
    }
}

mod threads_that_end {
    use agent_trace_runtime::{ContextAttributes, Envelope};

    use super::*;

    /// Goes on when its thread has begun to end, and says whether it could.
    struct Late(Carried, mpsc::Sender<u8>);

    impl Drop for Late {
        fn drop(&mut self) {
            let carried = self.0.enter(|| carry().enter(compute));
            let scoped = ContextAttributes::new().conversation("conv-42").enter(compute);
            let sent = Envelope::new(1).into_linked() + Envelope::new(1).open(|one| one);
            let _ = self.1.send(carried + scoped + sent);
        }
    }

    thread_local! {
        static LATE: std::cell::RefCell<Option<Late>> = const { std::cell::RefCell::new(None) };
    }

    #[test]
    fn what_a_thread_does_last_goes_on() {
        let _recorder = Recorder::install();
        // Before the thread's own slots, and after them, whichever goes first.
        for is_early in [true, false] {
            let (sender, receiver) = mpsc::channel();
            let late = Late(carry(), sender);
            let thread = std::thread::spawn(move || {
                if !is_early {
                    compute();
                }
                LATE.set(Some(late));
                compute();
            });
            assert!(thread.join().is_ok());
            assert_eq!(receiver.recv().ok(), Some(6));
        }
    }
}

//! Returned types that are futures by their name, and opaque types with more bounds than one.

use std::fmt::{Debug, Display};
use std::future::{Ready, ready};
use std::pin::Pin;

use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{step, tool};
use futures::FutureExt;
use futures::executor::block_on;
use tokio::task::JoinHandle;

use crate::support::{assert_tree, check, check_local};

/// Types that implement `Future`, returned by their names.
mod named {
    use super::*;

    #[step("app.ready")]
    fn named(value: u8) -> Ready<u8> {
        ready(value)
    }

    #[tool]
    fn start() -> JoinHandle<u8> {
        tokio::spawn(ready(1))
    }

    #[step("app.passed")]
    fn passed<F: Future>(future: F) -> F {
        future
    }

    #[step("app.sync")]
    fn sync() -> Pin<Box<dyn Future<Output = u8> + Send + Sync>> {
        Box::pin(ready(2))
    }

    #[step("app.movable")]
    fn movable() -> Box<dyn Future<Output = u8> + Unpin> {
        Box::new(ready(3))
    }

    #[step("app.pinned")]
    fn pinned() -> Pin<Box<Ready<u8>>> {
        Box::pin(ready(4))
    }

    #[tokio::test]
    async fn named_futures_are_returned_as_they_are() {
        let recorder = Recorder::install();
        assert_eq!(named(1).into_inner(), 1);
        assert_eq!(start().await.ok(), Some(1));
        assert_eq!(passed(ready(2)).into_inner(), 2);
        assert_eq!(sync().await, 2);
        assert_eq!(movable().await, 3);
        assert_eq!(Pin::into_inner(pinned()).into_inner(), 4);
        let names = [
            "app.ready",
            "execute_tool start",
            "app.passed",
            "app.sync",
            "app.movable",
            "app.pinned",
        ];
        assert_tree(&recorder, &names.join("\n"));
    }
}

/// More than `Future` behind `impl`.
mod opaque {
    use super::*;

    #[step("app.printed")]
    fn printed() -> impl Future<Output = u8> + Debug {
        ready(1)
    }

    #[step("app.printable")]
    fn printable() -> Box<dyn Iterator<Item = impl Display>> {
        Box::new([1, 2].into_iter())
    }

    #[step("app.printable_later")]
    async fn printable_later() -> Result<Box<dyn Iterator<Item = impl Display>>, String> {
        Ok(Box::new([1, 2].into_iter()))
    }

    #[test]
    fn every_bound_holds_for_what_is_returned() {
        check(|| block_on(printed()), 1, "app.printed");
        check(|| printable().map(|n| n.to_string()).collect::<String>(), "12", "app.printable");
        check_local(
            || async { printable_later().await.map(Iterator::count) },
            Ok(2),
            "app.printable_later",
        );
    }
}

/// Numbers that say their type.
mod suffixes {
    use super::*;

    #[step("app.suffixes", attributes("app.u8" = 5_u8, "app.f32" = 1.5_f32, "app.usize" = 7usize))]
    fn suffixes() {}

    #[test]
    fn literals_may_have_a_type() {
        let recorder = Recorder::install();
        suffixes();
        crate::support::assert_attributes(
            &recorder.span("app.suffixes"),
            &[("app.u8", 5.into()), ("app.f32", 1.5.into()), ("app.usize", 7.into())],
        );
    }
}

/// What holds for a future whose parts it holds for.
mod auto_traits {
    use super::*;
    use std::panic::{RefUnwindSafe, UnwindSafe};

    #[step("app.future")]
    async fn future(text: String) -> usize {
        ready(()).await;
        text.len()
    }

    const fn assert_all<T: Send + Sync + UnwindSafe + 'static>(_: &T) {}

    #[test]
    fn a_handle_can_be_sent_shared_and_caught() {
        const fn assert_all<T: Send + Sync + UnwindSafe + RefUnwindSafe + 'static>() {}
        assert_all::<agent_trace_runtime::CurrentCall>();
    }

    #[test]
    fn a_future_keeps_its_auto_traits() {
        let future = future("ab".to_owned());
        assert_all(&future);
        check(|| block_on(future.catch_unwind()).ok(), Some(2), "app.future");
    }
}

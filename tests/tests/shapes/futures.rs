//! Plain functions that return a future: `impl Future`, boxed futures and aliases of them.

use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};

use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{attribute, current, step, tool};
use futures::FutureExt;
use futures::executor::block_on;
use futures::future::{BoxFuture, LocalBoxFuture};

use crate::support::{assert_send, assert_tree, check, check_async, check_local};

#[tool]
async fn leaf(value: u32) -> u32 {
    std::future::ready(()).await;
    value
}

mod opaque {
    use super::*;

    #[step("app.lazy", attributes("app.text" = text))]
    fn lazy(text: String) -> impl Future<Output = usize> {
        async move {
            leaf(1).await;
            text.len()
        }
    }

    #[step("app.sendable")]
    fn sendable<T: Send>(value: T) -> impl Future<Output = T> + Send {
        async move {
            std::future::ready(()).await;
            value
        }
    }

    #[step("app.precise")]
    fn precise<'a>(text: &'a str, _other: &str) -> impl Future<Output = &'a str> + use<'a> {
        async move { &text[1..] }
    }

    #[step("app.owned")]
    fn owned<T: AsRef<str>>(text: T) -> impl Future<Output = usize> + Send + 'static + use<T> {
        let length = text.as_ref().len();
        async move { length }
    }

    #[step("app.eager", attributes("app.text" = text))]
    fn eager(text: &str, calls: &AtomicU32) -> impl Future<Output = usize> + use<> {
        calls.fetch_add(1, Ordering::Relaxed);
        let length = text.len();
        async move {
            leaf(1).await;
            length
        }
    }

    #[step("app.either")]
    fn either(wait: bool) -> impl Future<Output = u32> {
        if wait { leaf(2).left_future() } else { std::future::ready(3).right_future() }
    }

    #[step("app.passed_on")]
    fn passed_on(value: u32) -> impl Future<Output = u32> {
        leaf(value)
    }

    #[step("app.movable")]
    fn movable() -> impl Future<Output = u32> + Send + Sync + Unpin {
        std::future::ready(4)
    }

    #[step("app.into_future")]
    fn into_future() -> impl IntoFuture<Output = u32> {
        leaf(5)
    }

    #[step("app.items")]
    fn items(count: u32) -> impl Future<Output = Result<impl Iterator<Item = u32>, String>> {
        async move {
            if count == 0 {
                return Err("none".to_owned());
            }
            Ok(0..count)
        }
    }

    #[test]
    fn a_function_that_is_one_async_block() {
        check_async(|| lazy("abc".to_owned()), 3, "app.lazy\n└─ execute_tool leaf");
        check_async(|| sendable(1), 1, "app.sendable");
        check_local(|| lazy("ab".to_owned()), 2, "app.lazy\n└─ execute_tool leaf");
        let text = String::from("abc");
        let later = {
            let other = String::from("x");
            precise(&text, &other)
        };
        check_async(|| later, "bc", "app.precise");
        check_async(|| async { items(3).await.map(Iterator::count) }, Ok(3), "app.items");
        check_async(
            || async { items(0).await.map(Iterator::count) },
            Err("none".to_owned()),
            "app.items [error _OTHER]",
        );
    }

    #[test]
    fn work_before_the_future_happens_in_the_call() {
        let recorder = Recorder::install();
        let calls = AtomicU32::new(0);
        let future = eager(&String::from("abc"), &calls);
        assert_eq!(calls.load(Ordering::Relaxed), 1, "before the first poll");
        assert_tree(&recorder, "");
        assert_eq!(block_on(assert_send(future)), 3);
        assert_eq!(calls.load(Ordering::Relaxed), 1);
        assert_tree(&recorder, "app.eager\n└─ execute_tool leaf");
        check_async(|| owned(String::from("ab")), 2, "app.owned");
    }

    #[test]
    fn any_future_may_stand_behind_it() {
        check_async(|| either(true), 2, "app.either\n└─ execute_tool leaf");
        check_async(|| either(false), 3, "app.either");
        check_async(|| passed_on(4), 4, "app.passed_on\n└─ execute_tool leaf");
        let _: &(dyn Sync + Unpin) = &movable();
        let _: &dyn Sync = &leaf(1);
        check_async(movable, 4, "app.movable");
        check_local(|| async { into_future().await }, 5, "app.into_future\n└─ execute_tool leaf");
    }
}

mod boxed {
    use super::*;

    #[step("app.boxed", attributes("app.value" = value))]
    fn boxed(value: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
        Box::pin(async move { leaf(value).await })
    }

    #[step("app.local")]
    fn local(value: Rc<u32>) -> Pin<Box<dyn Future<Output = u32>>> {
        std::boxed::Box::pin(async move { leaf(*value).await })
    }

    #[step("app.eager")]
    fn eager(text: &str) -> Pin<Box<dyn Future<Output = usize> + Send + '_>> {
        let length = text.len();
        Box::pin(async move { length + text.len() })
    }

    #[step("app.eager_local")]
    fn eager_local(text: &str) -> Pin<Box<dyn Future<Output = usize> + '_>> {
        let shared = Rc::new(text);
        Box::pin(async move { shared.len() })
    }

    #[step("app.alias")]
    fn alias(value: u32) -> BoxFuture<'static, u32> {
        leaf(value).boxed()
    }

    #[step("app.alias_block")]
    fn alias_block(text: &str) -> BoxFuture<'_, usize> {
        Box::pin(async move { text.len() })
    }

    #[step("app.alias_local")]
    fn alias_local<'a>(text: &'a Rc<str>) -> LocalBoxFuture<'a, &'a str> {
        async move { &text[..] }.boxed_local()
    }

    type Answer<T> = BoxFuture<'static, Result<T, String>>;

    #[step("app.own_alias")]
    fn own_alias(value: Result<u32, &'static str>) -> Answer<u32> {
        let value = value.map(u32::wrapping_neg);
        async move { Ok(value?) }.boxed()
    }

    #[step("app.fallible")]
    fn fallible(value: u32) -> Result<BoxFuture<'static, u32>, String> {
        if value == 0 {
            return Err("zero".to_owned());
        }
        Ok(leaf(value).boxed())
    }

    #[test]
    fn boxed_futures_last_as_long_as_their_spans() {
        check_async(|| boxed(1), 1, "app.boxed\n└─ execute_tool leaf");
        check_local(|| local(Rc::new(2)), 2, "app.local\n└─ execute_tool leaf");
        check_async(|| eager("abc"), 6, "app.eager");
        check_local(|| eager_local("abc"), 3, "app.eager_local");
    }

    #[test]
    fn aliases_are_what_they_stand_for() {
        check_async(|| alias(1), 1, "app.alias\n└─ execute_tool leaf");
        check_async(|| alias_block("ab"), 2, "app.alias_block");
        let text: Rc<str> = "abc".into();
        check_local(|| alias_local(&text), "abc", "app.alias_local");
        check_async(|| own_alias(Ok(0)), Ok(0), "app.own_alias");
        check_async(|| own_alias(Err("no")), Err("no".to_owned()), "app.own_alias [error _OTHER]");
    }

    #[test]
    fn a_future_within_a_result_is_a_value() {
        let recorder = Recorder::install();
        let future = fallible(1);
        assert_tree(&recorder, "app.fallible");
        assert_eq!(block_on(future.expect("one")), 1);
        assert_tree(&recorder, "app.fallible\nexecute_tool leaf");
        check(|| fallible(0).is_err(), true, "app.fallible [error _OTHER]");
    }
}

mod once {
    use super::*;

    /// What each shape does with `current()`, inside the future and before it.
    #[step("app.lazy")]
    fn lazy() -> impl Future<Output = ()> {
        async move {
            current().set(attribute!("app.inside" = true));
        }
    }

    #[step("app.eager")]
    fn eager() -> impl Future<Output = ()> {
        current().set(attribute!("app.before" = true));
        async move {
            current().set(attribute!("app.inside" = true));
        }
    }

    #[step("app.boxed")]
    fn boxed() -> BoxFuture<'static, ()> {
        current().set(attribute!("app.before" = true));
        async move {
            current().set(attribute!("app.inside" = true));
        }
        .boxed()
    }

    #[test]
    fn before_and_inside_are_one_call() {
        let recorder = Recorder::install();
        block_on(async {
            lazy().await;
            eager().await;
            boxed().await;
        });
        assert_eq!(recorder.span("app.lazy").attribute_keys(), ["app.inside"]);
        assert_eq!(recorder.span("app.eager").attribute_keys(), ["app.before", "app.inside"]);
        assert_eq!(recorder.span("app.boxed").attribute_keys(), ["app.before", "app.inside"]);
    }
}

mod not_send {
    use super::*;

    #[step("app.held")]
    async fn held(value: Rc<u32>) -> u32 {
        let again = Rc::clone(&value);
        tokio::task::yield_now().await;
        *again + *value
    }

    #[step("app.spawned")]
    async fn spawned() -> u32 {
        let shared = Rc::new(1);
        tokio::task::spawn_local(held(Rc::clone(&shared))).await.unwrap_or_default() + *shared
    }

    #[tokio::test(flavor = "current_thread")]
    async fn futures_that_stay_on_their_thread() {
        let recorder = Recorder::install();
        let set = tokio::task::LocalSet::new();
        assert_eq!(set.run_until(spawned()).await, 3);
        // The local task does not carry the trace by itself.
        assert_tree(&recorder, "app.spawned\napp.held");
    }
}

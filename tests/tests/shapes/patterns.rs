//! Arguments: patterns in place of names, and what bodies do with what they are given.

use std::sync::{Arc, Mutex};

use agent_trace_runtime::step;

use crate::support::{check, check_async};

struct Point {
    x: u32,
    y: u32,
}

mod binding {
    use super::*;

    #[step("app.tuple")]
    fn tuple((left, right): (u32, u32), [first, .., last]: [u32; 3]) -> u32 {
        left + right + first + last
    }

    #[step("app.tuple_later")]
    async fn tuple_later((mut left, _): (u32, String), (): ()) -> u32 {
        left += 1;
        left
    }

    #[step("app.structure", attributes("app.x" = x))]
    fn structure(Point { x, y: renamed }: Point, &Point { y, .. }: &Point) -> u32 {
        x + renamed + y
    }

    #[step("app.structure_later", attributes("app.y" = renamed))]
    async fn structure_later(Point { x, y: ref renamed }: Point) -> u32 {
        x + *renamed
    }

    #[step("app.bound")]
    fn bound(ref whole @ (ref left, _): (u32, u32), ref mut text: String) -> u32 {
        text.push('!');
        whole.1 + *left
    }

    #[test]
    fn patterns_bind_what_they_name() {
        let point = |x, y| Point { x, y };
        check(|| tuple((1, 2), [3, 4, 5]), 11, "app.tuple");
        check_async(|| tuple_later((1, String::new()), ()), 2, "app.tuple_later");
        check(|| structure(point(1, 2), &point(0, 4)), 7, "app.structure");
        check_async(|| structure_later(point(1, 2)), 3, "app.structure_later");
        check(|| bound((1, 2), String::new()), 3, "app.bound");
    }
}

mod unused {
    use super::*;

    #[step("app.unused")]
    fn unused(_: String, _named: Vec<u8>, value: u8) -> u8 {
        value
    }

    #[step("app.unused_later")]
    async fn unused_later(_: String, _named: Vec<u8>, value: u8) -> u8 {
        value
    }

    #[step("app.recorded", attributes("app.tenant" = tenant))]
    async fn only_recorded(tenant: String) {}

    #[test]
    fn arguments_need_no_use() {
        check(|| unused(String::new(), vec![], 1), 1, "app.unused");
        check_async(|| unused_later(String::new(), vec![], 1), 1, "app.unused_later");
        check_async(|| only_recorded("acme".to_owned()), (), "app.recorded");
    }
}

mod bodies {
    use super::*;

    #[step("app.consume", attributes("app.text" = text, "app.length" = text.len()))]
    fn consume(text: String) -> Vec<u8> {
        text.into_bytes()
    }

    #[step("app.consume_later", attributes("app.text" = text.clone(), "app.size" = parts.len()))]
    async fn consume_later(text: String, parts: Vec<String>) -> Vec<String> {
        std::future::ready(()).await;
        let mut parts = parts;
        parts.push(text);
        parts
    }

    #[step("app.mutate", attributes("app.count" = *count))]
    fn mutate(mut text: String, count: &mut u32) -> String {
        text.push('!');
        *count += 1;
        text
    }

    #[step("app.mutate_later", attributes("app.count" = count))]
    async fn mutate_later(mut text: String, count: &mut u32) -> String {
        text.push('!');
        std::future::ready(()).await;
        *count += 1;
        text
    }

    #[step("app.countdown")]
    fn countdown(mut left: u32) -> u32 {
        let mut steps = 0;
        while left > 0 {
            left -= 1;
            steps += 1;
        }
        steps
    }

    #[step("app.partly")]
    fn partly(pair: (String, String)) -> String {
        drop(pair.0);
        pair.1
    }

    #[step("app.items", attributes("app.items" = items.as_slice()))]
    fn items_inside(items: Vec<u32>) -> u32 {
        const FACTOR: u32 = 2;
        fn scaled(value: u32) -> u32 {
            value * FACTOR
        }
        let mut sum = 0;
        'outer: for item in items {
            for _ in 0..1 {
                if item == 0 {
                    continue 'outer;
                }
                sum += scaled(item);
            }
        }
        let more = || sum + 1;
        more()
    }

    #[test]
    fn arguments_are_moved_borrowed_and_changed() {
        check(|| consume("ab".to_owned()), *b"ab", "app.consume");
        check_async(
            || consume_later("b".to_owned(), vec!["a".to_owned()]),
            ["a", "b"],
            "app.consume_later",
        );
        let mut count = 0;
        check(|| mutate("a".to_owned(), &mut count), "a!", "app.mutate");
        check_async(|| mutate_later("a".to_owned(), &mut count), "a!", "app.mutate_later");
        assert_eq!(count, 2);
        check(|| countdown(3), 3, "app.countdown");
        check(|| partly(("a".to_owned(), "b".to_owned())), "b", "app.partly");
        check(|| items_inside(vec![1, 0, 2]), 7, "app.items");
    }
}

mod drops {
    use super::*;

    type Log = Arc<Mutex<Vec<&'static str>>>;

    /// Writes its name into the log when it is dropped.
    struct Noted(&'static str, Log);

    impl Drop for Noted {
        fn drop(&mut self) {
            self.1.lock().unwrap().push(self.0);
        }
    }

    impl Noted {
        const fn touch(&self) {}
    }

    /// The same functions, with and without the attribute.
    macro_rules! functions {
        ($(#[$attribute:meta])*) => {
            use super::Noted;

            $(#[$attribute])*
            pub(super) fn used(first: Noted, second: Noted, third: Noted) {
                let _local = Noted("local", first.1.clone());
                third.touch();
                first.touch();
                second.touch();
            }

            $(#[$attribute])*
            pub(super) async fn used_later(first: Noted, second: Noted, third: Noted) {
                let _local = Noted("local", first.1.clone());
                third.touch();
                first.touch();
                std::future::ready(()).await;
                second.touch();
            }

            $(#[$attribute])*
            pub(super) fn unused((first, _): (Noted, Noted), _: Noted, fourth: Noted) {
                let _local = Noted("local", first.1.clone());
                fourth.touch();
            }

            $(#[$attribute])*
            pub(super) async fn unused_later(first: Noted, _second: Noted, _: Noted, fourth: Noted) {
                let _local = Noted("local", first.1.clone());
                std::future::ready(()).await;
                fourth.touch();
            }

            $(#[$attribute])*
            pub(super) async fn taken_apart((first, _): (Noted, Noted), second: Noted) {
                let _local = Noted("local", first.1.clone());
                std::future::ready(()).await;
                drop(second);
            }

            $(#[$attribute])*
            pub(super) async fn used_in_part(pair: (Noted, Noted), last: Noted) {
                let _local = Noted("local", last.1.clone());
                std::future::ready(()).await;
                drop(pair.1);
            }

            impl Pair {
                $(#[$attribute])*
                pub(super) async fn method_in_part(self, last: Noted) {
                    std::future::ready(()).await;
                    last.touch();
                    drop(self.second);
                }

                $(#[$attribute])*
                pub(super) async fn method_unused(self, _: Noted, last: Noted) {
                    let _local = Noted("local", last.1.clone());
                    std::future::ready(()).await;
                }
            }
        };
    }

    mod plain {
        pub(super) struct Pair {
            pub(super) _first: Noted,
            pub(super) second: Noted,
        }

        functions!();
    }

    mod annotated {
        pub(super) struct Pair {
            pub(super) _first: Noted,
            pub(super) second: Noted,
        }

        functions!(#[agent_trace_runtime::step("app.drops")]);
    }

    fn order(call: impl FnOnce(&dyn Fn(&'static str) -> Noted)) -> Vec<&'static str> {
        let log = Log::default();
        call(&|name| Noted(name, Arc::clone(&log)));
        log.lock().expect("nothing panics with the lock").clone()
    }

    #[test]
    fn arguments_of_plain_functions_drop_in_the_same_order() {
        let expected = order(|new| plain::used(new("1"), new("2"), new("3")));
        let found = order(|new| annotated::used(new("1"), new("2"), new("3")));
        assert_eq!(found, expected);
        let expected = order(|new| plain::unused((new("1"), new("2")), new("3"), new("4")));
        let found = order(|new| annotated::unused((new("1"), new("2")), new("3"), new("4")));
        assert_eq!(found, expected);
    }

    /// The same call of both modules: run to its end, dropped while it waits, and never polled.
    macro_rules! assert_same_order {
        ($new:ident => $($call:tt)*) => {{
            use futures::FutureExt;
            use futures::executor::block_on;
            assert_eq!(
                order(|$new| block_on(annotated::$($call)*)),
                order(|$new| block_on(plain::$($call)*)),
            );
            assert_eq!(
                order(|$new| assert!(annotated::$($call)*.now_or_never().is_some())),
                order(|$new| assert!(plain::$($call)*.now_or_never().is_some())),
            );
            assert_eq!(
                order(|$new| drop(annotated::$($call)*)),
                order(|$new| drop(plain::$($call)*)),
            );
        }};
    }

    #[test]
    fn arguments_of_async_functions_drop_in_the_same_order() {
        assert_same_order!(new => used_later(new("1"), new("2"), new("3")));
        assert_same_order!(new => unused_later(new("1"), new("2"), new("3"), new("4")));
        assert_same_order!(new => taken_apart((new("1"), new("2")), new("3")));
        assert_same_order!(new => used_in_part((new("1"), new("2")), new("3")));
        assert_same_order!(
            new => Pair { _first: new("1"), second: new("2") }.method_in_part(new("3"))
        );
        assert_same_order!(
            new => Pair { _first: new("1"), second: new("2") }.method_unused(new("3"), new("4"))
        );
    }
}

//! What functions return: conversions on the way out, borrowed values, `?` on all kinds.

use std::fmt::{Debug, Display};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use agent_trace_runtime::step;

use crate::support::{check, check_async};

mod coercions {
    use super::*;

    type Fault = Box<dyn std::error::Error + Send + Sync>;

    #[step("app.boxed")]
    fn boxed(early: bool) -> Box<dyn Display> {
        if early {
            return Box::new(1);
        }
        Box::new("tail")
    }

    #[step("app.boxed_later")]
    async fn boxed_later(early: bool) -> Box<dyn Display + Send> {
        if early {
            return Box::new(1);
        }
        Box::new("tail")
    }

    #[step("app.result")]
    async fn result(early: bool) -> Result<Box<dyn Display + Send>, Fault> {
        if early {
            return Ok(Box::new(1));
        }
        "7".parse::<u8>()?;
        Ok(Box::new("tail"))
    }

    #[step("app.pointer")]
    fn pointer(early: bool) -> fn(u8) -> u8 {
        if early {
            return |value| value;
        }
        |value| value + 1
    }

    #[step("app.pointer_later")]
    async fn pointer_later(early: bool) -> fn(u8) -> u8 {
        if early {
            return |value| value;
        }
        |value| value + 1
    }

    #[step("app.closure")]
    fn closure(by: u8) -> impl Fn(u8) -> u8 {
        move |value| value + by
    }

    #[step("app.boxed_closure")]
    async fn boxed_closure() -> Box<dyn Fn(&str) -> &str + Send> {
        Box::new(|text| &text[1..])
    }

    #[step("app.slice")]
    async fn slice(values: &[u8; 3]) -> &[u8] {
        values
    }

    #[expect(clippy::ptr_arg, reason = "it is about the conversion")]
    #[step("app.text")]
    fn text(value: &String) -> &str {
        if value.is_empty() {
            return "";
        }
        value
    }

    #[step("app.reference")]
    fn reference(value: &u8) -> &dyn Debug {
        value
    }

    #[step("app.raw")]
    fn raw(value: &u8) -> *const u8 {
        value
    }

    #[step("app.shorter")]
    fn shorter<'a>(fixed: &'static str, value: &'a str) -> Option<&'a str> {
        if value.is_empty() {
            return Some(fixed);
        }
        Some(value)
    }

    #[step("app.items")]
    fn items<'a>(values: &'a [u8]) -> Box<dyn Iterator<Item = &'a u8> + 'a> {
        Box::new(values.iter())
    }

    #[test]
    fn values_convert_where_they_are_returned() {
        check(
            || [boxed(true), boxed(false)].map(|b| b.to_string()),
            ["1", "tail"],
            "app.boxed\napp.boxed",
        );
        check_async(|| async { boxed_later(true).await.to_string() }, "1", "app.boxed_later");
        check_async(|| async { boxed_later(false).await.to_string() }, "tail", "app.boxed_later");
        check_async(
            || async { result(true).await.is_ok_and(|b| b.to_string() == "1") },
            true,
            "app.result",
        );
        check_async(|| async { result(false).await.is_ok() }, true, "app.result");
        check(|| [pointer(true)(1), pointer(false)(1)], [1, 2], "app.pointer\napp.pointer");
        check_async(|| async { pointer_later(true).await(1) }, 1, "app.pointer_later");
        check_async(|| async { pointer_later(false).await(1) }, 2, "app.pointer_later");
        check(|| closure(2)(1), 3, "app.closure");
        check_async(|| async { boxed_closure().await("ab").len() }, 1, "app.boxed_closure");
        check_async(|| slice(&[1, 2, 3]), [1, 2, 3], "app.slice");
        check(|| text(&"a".to_owned()).len(), 1, "app.text");
        check(|| format!("{:?}", reference(&1)), "1", "app.reference");
        let value = 1;
        check(|| raw(&value), &raw const value, "app.raw");
        let empty = String::new();
        check(|| shorter("fixed", &empty), Some("fixed"), "app.shorter");
        check(|| items(&[1, 2]).sum::<u8>(), 3, "app.items");
    }
}

mod inference {
    use super::*;

    #[step("app.collected")]
    async fn collected(texts: &[&str]) -> Result<Vec<u8>, std::num::ParseIntError> {
        texts.iter().map(|text| text.parse()).collect()
    }

    #[step("app.parsed")]
    fn parsed(text: &str) -> Option<u16> {
        text.parse().ok()
    }

    #[step("app.converted")]
    async fn converted(text: &str) -> String {
        text.into()
    }

    #[step("app.literal")]
    async fn literal() -> u64 {
        3
    }

    #[step("app.empty")]
    async fn empty() -> Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Vec::new())
    }

    #[test]
    fn types_follow_from_the_signature() {
        check_async(|| collected(&["1", "2"]), Ok(vec![1, 2]), "app.collected");
        check(|| parsed("7"), Some(7), "app.parsed");
        check_async(|| converted("a"), "a", "app.converted");
        check_async(literal, 3, "app.literal");
        check_async(|| async { empty().await.map_err(|_| ()) }, Ok(vec![]), "app.empty");
    }
}

mod question_marks {
    use super::*;

    #[step("app.option")]
    fn option(values: &[u8]) -> Option<u8> {
        let first = values.first()?;
        if *first == 0 {
            return None;
        }
        first.checked_add(1)
    }

    #[step("app.option_later")]
    async fn option_later(values: &[u8]) -> Option<u8> {
        std::future::ready(option(values)).await?.checked_mul(2)
    }

    #[step("app.flow")]
    fn flow(values: &[u8]) -> ControlFlow<u8, ()> {
        for value in values {
            if *value > 9 {
                ControlFlow::Break(*value)?;
            }
        }
        ControlFlow::Continue(())
    }

    #[step("app.polled")]
    fn polled(value: Result<u8, String>) -> std::task::Poll<Result<u8, String>> {
        let value = value?;
        std::task::Poll::Ready(Ok(value))
    }

    #[test]
    fn an_option_without_a_value_is_no_error() {
        check(|| option(&[1]), Some(2), "app.option");
        check(|| option(&[]), None, "app.option");
        check_async(|| option_later(&[1]), Some(4), "app.option_later\n└─ app.option");
        check_async(|| option_later(&[0]), None, "app.option_later\n└─ app.option");
        check(|| flow(&[1, 10]), ControlFlow::Break(10), "app.flow");
        check(
            || polled(Err("late".to_owned())),
            std::task::Poll::Ready(Err("late".to_owned())),
            "app.polled",
        );
    }
}

mod never {
    use super::*;

    #[step("app.never")]
    fn never(message: &str) -> ! {
        if message.is_empty() {
            panic!("empty");
        }
        std::panic::panic_any(message.len())
    }

    #[step("app.never_later")]
    async fn never_later(message: &str) -> ! {
        std::future::ready(()).await;
        never(message)
    }

    #[step("app.forever")]
    async fn forever() -> ! {
        loop {
            std::future::pending::<()>().await;
        }
    }

    #[step("app.infallible")]
    fn infallible(value: u8) -> Result<u8, std::convert::Infallible> {
        Ok(value)
    }

    fn length(call: impl FnOnce()) -> Option<usize> {
        catch_unwind(AssertUnwindSafe(call)).err()?.downcast().ok().map(|length| *length)
    }

    #[test]
    fn functions_that_do_not_return() {
        let _: fn(&'static str) -> ! = never;
        check(|| length(|| never("abc")), Some(3), "app.never [error panic]");
        check(
            || length(|| futures::executor::block_on(never_later("ab"))),
            Some(2),
            "app.never_later [error panic]\n└─ app.never [error panic]",
        );
        check(
            || futures::FutureExt::now_or_never(forever()).is_none(),
            true,
            "app.forever [cancelled]",
        );
        check(|| infallible(1), Ok(1), "app.infallible");
    }
}

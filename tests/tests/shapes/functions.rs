//! Free functions: what a signature can hold, and what can stand around it.

use std::fmt::Display;
use std::sync::Arc;

use agent_trace_runtime::{step, tool};

use crate::support::{check, check_async};

mod plain_and_async {
    use super::*;

    #[tool]
    fn add(left: u32, right: u32) -> u32 {
        left + right
    }

    #[tool]
    async fn add_later(left: u32, right: u32) -> u32 {
        std::future::ready(left + right).await
    }

    #[tool]
    fn nothing() {}

    #[tool]
    async fn nothing_later() {}

    #[test]
    fn both_return_what_the_body_returns() {
        check(|| add(1, 2), 3, "execute_tool add");
        check_async(|| add_later(1, 2), 3, "execute_tool add_later");
        check(nothing, (), "execute_tool nothing");
        check_async(nothing_later, (), "execute_tool nothing_later");
    }
}

mod generics {
    use super::*;

    #[step("app.join")]
    fn join<T, I>(items: I) -> String
    where
        T: Display,
        I: IntoIterator<Item = T>,
    {
        items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(",")
    }

    #[step("app.join_later")]
    async fn join_later<T: Display + Send>(items: Vec<T>) -> String {
        join(items)
    }

    #[step("app.zeroes")]
    fn zeroes<T: Default + Copy, const N: usize>() -> [T; N] {
        [T::default(); N]
    }

    #[step("app.zeroes_later")]
    async fn zeroes_later<T: Default + Copy + Send, const N: usize>() -> [T; N] {
        zeroes::<T, N>()
    }

    #[step("app.unsized")]
    fn length<T: AsRef<str> + ?Sized>(text: &T) -> usize {
        text.as_ref().len()
    }

    #[step("app.higher")]
    fn higher<F>(pick: F) -> String
    where
        F: for<'a> Fn(&'a str) -> &'a str,
    {
        pick("ab").to_owned()
    }

    #[step("app.callback")]
    async fn callback(run: impl AsyncFn(u32) -> u32) -> u32 {
        run(1).await + run(2).await
    }

    #[test]
    fn types_constants_and_bounds_stay() {
        check(|| join([1, 2]), "1,2", "app.join");
        check_async(|| join_later(vec!["a", "b"]), "a,b", "app.join_later\n└─ app.join");
        check(zeroes::<u8, 3>, [0; 3], "app.zeroes");
        check_async(zeroes_later::<u8, 2>, [0; 2], "app.zeroes_later\n└─ app.zeroes");
        check(|| length("four"), 4, "app.unsized");
        check(|| higher(|text| &text[1..]), "b", "app.higher");
        check_async(|| callback(async |n| n * 10), 30, "app.callback");
    }
}

mod lifetimes {
    use super::*;

    #[step("app.longest")]
    fn longest<'a>(left: &'a str, right: &'a str) -> &'a str {
        if left.len() > right.len() {
            return left;
        }
        right
    }

    #[step("app.longest_later")]
    async fn longest_later<'a, 'b: 'a>(left: &'a str, right: &'b str) -> &'a str {
        longest(left, right)
    }

    #[step("app.first")]
    fn first(text: &str, _separator: char) -> &str {
        text.split(' ').next().unwrap_or_default()
    }

    #[step("app.first_later")]
    async fn first_later(text: &mut String) -> &mut str {
        text.push('!');
        text.as_mut_str()
    }

    #[step("app.fixed")]
    fn fixed() -> &'static str {
        "fixed"
    }

    #[test]
    fn borrowed_results_outlive_the_call() {
        let owned = String::from("long text");
        check(|| longest(&owned, "x"), "long text", "app.longest");
        check_async(
            || longest_later("x", &owned),
            "long text",
            "app.longest_later\n└─ app.longest",
        );
        check(|| first(&owned, ','), "long", "app.first");
        let mut changed = owned.clone();
        check_async(|| first_later(&mut changed), "long text!", "app.first_later");
        assert_eq!(changed, "long text!");
        check(fixed, "fixed", "app.fixed");
    }
}

mod impl_trait {
    use super::*;

    #[step("app.evens")]
    fn evens(limits: impl IntoIterator<Item = u32>) -> impl Iterator<Item = u32> + Clone {
        limits.into_iter().filter(|n| n % 2 == 0).collect::<Vec<_>>().into_iter()
    }

    #[step("app.evens_later")]
    async fn evens_later(limits: impl Iterator<Item = u32>) -> impl Iterator<Item = u32> {
        limits.filter(|n| n % 2 == 0)
    }

    #[step("app.words")]
    fn words(text: &str) -> Result<impl Iterator<Item = &str>, String> {
        if text.is_empty() {
            return Err("empty".to_owned());
        }
        Ok(text.split(' '))
    }

    #[step("app.words_later")]
    async fn words_later(text: &str) -> Result<impl Iterator<Item = &str>, String> {
        if text.is_empty() {
            return Err("empty".to_owned());
        }
        Ok(text.split(' '))
    }

    #[step("app.pair")]
    fn pair() -> (impl Display, Option<impl Display + Copy>) {
        ("a".to_owned(), Some(1))
    }

    #[step("app.borrowing")]
    fn borrowing<'a>(text: &'a str, _other: &str) -> impl Display + use<'a> {
        &text[1..]
    }

    #[test]
    fn arguments_and_results_stay_opaque() {
        check(|| evens([1, 2, 4]).clone().sum::<u32>(), 6, "app.evens");
        check_async(
            || async { evens_later([1, 2].into_iter()).await.sum::<u32>() },
            2,
            "app.evens_later",
        );
        check(|| words("a b").map(Iterator::count), Ok(2), "app.words");
        check(
            || words("").map(Iterator::count),
            Err("empty".to_owned()),
            "app.words [error _OTHER]",
        );
        check_async(
            || async { words_later("a b").await.map(Iterator::count) },
            Ok(2),
            "app.words_later",
        );
        check(
            || format!("{}{:?}", pair().0, pair().1.map(|n| n.to_string())),
            "aSome(\"1\")",
            "app.pair\napp.pair",
        );
        let other = String::from("x");
        check(|| borrowing("ab", &other).to_string(), "b", "app.borrowing");
    }
}

mod modifiers {
    use super::*;

    /// # Safety
    ///
    /// `pointer` must be valid for reads.
    #[step("app.read")]
    unsafe fn read(pointer: *const u32) -> u32 {
        // SAFETY: the caller says that it is valid.
        unsafe { *pointer }
    }

    /// # Safety
    ///
    /// `pointer` must be valid for reads.
    #[step("app.read_bare")]
    #[allow(unsafe_op_in_unsafe_fn)]
    unsafe fn read_bare(pointer: *const u32) -> u32 {
        *pointer
    }

    /// # Safety
    ///
    /// Always.
    #[step("app.unsafe_later")]
    async unsafe fn unsafe_later() -> u32 {
        2
    }

    #[step("app.foreign")]
    extern "C" fn foreign(value: i32) -> i32 {
        value + 1
    }

    #[step("app.unsafe_foreign")]
    unsafe extern "C" fn unsafe_foreign(value: i32) -> i32 {
        value + 2
    }

    #[test]
    fn unsafe_and_foreign_functions_stay_so() {
        let value = 7;
        // SAFETY: the pointers come from references.
        check(|| unsafe { read(&raw const value) }, 7, "app.read");
        // SAFETY: as above.
        check(|| unsafe { read_bare(&raw const value) }, 7, "app.read_bare");
        // SAFETY: there is nothing to keep.
        check_async(|| unsafe { unsafe_later() }, 2, "app.unsafe_later");
        let pointer: extern "C" fn(i32) -> i32 = foreign;
        check(|| pointer(1), 2, "app.foreign");
        let pointer: unsafe extern "C" fn(i32) -> i32 = unsafe_foreign;
        // SAFETY: there is nothing to keep.
        check(|| unsafe { pointer(1) }, 3, "app.unsafe_foreign");
    }

    mod inner {
        use super::*;

        #[step("app.crate_wide")]
        pub(crate) fn crate_wide() -> u8 {
            1
        }

        #[step("app.path_wide")]
        pub(in crate::functions) async fn path_wide() -> u8 {
            2
        }
    }

    #[test]
    fn visibility_stays() {
        check(inner::crate_wide, 1, "app.crate_wide");
        check_async(inner::path_wide, 2, "app.path_wide");
    }
}

mod raw_identifiers {
    use super::*;

    #[tool]
    fn r#match(r#type: u8) -> u8 {
        r#type
    }

    #[tool(name = r#in, attributes("app.type" = r#type))]
    async fn r#loop(r#in: &str, r#type: u8) -> usize {
        r#in.len() + usize::from(r#type)
    }

    #[test]
    fn spans_are_named_without_the_prefix() {
        check(|| r#match(1), 1, "execute_tool match");
        check_async(|| r#loop("abc", 1), 4, "execute_tool abc");
    }
}

mod shared {
    use super::*;

    #[step("app.shared")]
    async fn shared(value: Arc<str>) -> usize {
        std::future::ready(()).await;
        value.len()
    }

    #[test]
    fn functions_are_values_too() {
        let function = shared;
        check_async(|| function("ab".into()), 2, "app.shared");
        check(|| [1, 2].map(doubled), [2, 4], "app.doubled\napp.doubled");
    }

    #[step("app.doubled")]
    fn doubled(value: u32) -> u32 {
        value * 2
    }
}

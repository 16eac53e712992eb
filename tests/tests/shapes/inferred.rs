//! Futures whose type follows from the signature only, and blocks that capture as they are written.

use std::convert::Infallible;

use agent_trace_runtime::{InferenceResponse, Usage, llm_call, step};
use futures::FutureExt;
use futures::executor::block_on;
use futures::future::{BoxFuture, LocalBoxFuture};

use crate::support::{check, check_async, check_local};

/// The error type, or the whole type, of what an `async` block returns is known from the signature only.
mod output {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Fault;

    impl From<std::num::ParseIntError> for Fault {
        fn from(_: std::num::ParseIntError) -> Self {
            Self
        }
    }

    #[step("app.literal")]
    fn literal() -> impl Future<Output = u64> {
        async move { 42 }
    }

    #[step("app.none")]
    fn none() -> impl Future<Output = Option<u64>> {
        async move { None }
    }

    #[step("app.unit_ok")]
    fn unit_ok() -> impl Future<Output = Result<(), Fault>> {
        async move { Ok(()) }
    }

    #[step("app.question")]
    fn question(text: &str) -> impl Future<Output = Result<u8, Fault>> {
        async move {
            let number: u8 = text.parse()?;
            Ok(number)
        }
    }

    #[step("app.eager_question")]
    fn eager_question(text: &str) -> impl Future<Output = Result<u8, Fault>> + use<> {
        let parsed = text.parse::<u8>();
        async move { Ok(parsed?) }
    }

    #[step("app.boxed_question")]
    fn boxed_question(text: &str) -> BoxFuture<'_, Result<u8, Fault>> {
        Box::pin(async move { Ok(text.parse()?) })
    }

    #[step("app.local_question")]
    fn local_question(text: &str) -> LocalBoxFuture<'_, Result<u8, Box<dyn std::error::Error>>> {
        Box::pin(async move {
            if text.is_empty() {
                return Err("empty".into());
            }
            Ok(text.parse()?)
        })
    }

    #[step("app.panicking")]
    fn panicking() -> impl Future<Output = u8> {
        async move { panic!("on purpose") }
    }

    #[step("app.endless")]
    fn endless() -> impl Future<Output = Infallible> {
        async move {
            loop {
                std::future::pending::<()>().await;
            }
        }
    }

    #[derive(Debug, PartialEq)]
    struct Reply;

    impl InferenceResponse for Reply {
        fn usage(&self) -> Option<Usage> {
            Some(Usage::new(2, 1))
        }
    }

    impl std::str::FromStr for Reply {
        type Err = Fault;

        fn from_str(_: &str) -> Result<Self, Fault> {
            Ok(Self)
        }
    }

    #[llm_call(model = "gpt-4o")]
    fn reply() -> impl Future<Output = Result<Reply, Fault>> {
        async move {
            let reply = "text".parse()?;
            Ok(reply)
        }
    }

    #[llm_call(model = "gpt-4o")]
    fn bare_reply() -> impl Future<Output = Reply> {
        async move { "text".parse().unwrap_or(Reply) }
    }

    #[test]
    fn what_a_block_returns_follows_from_the_signature() {
        let failed = |name: &str| format!("{name} [error {}::Fault]", module_path!());
        check_async(literal, 42, "app.literal");
        check_async(none, None, "app.none");
        check_async(unit_ok, Ok(()), "app.unit_ok");
        check_async(|| question("7"), Ok(7), "app.question");
        check_async(|| question("x"), Err(Fault), &failed("app.question"));
        check_async(|| eager_question("7"), Ok(7), "app.eager_question");
        check_async(|| eager_question("x"), Err(Fault), &failed("app.eager_question"));
        check_async(|| boxed_question("x"), Err(Fault), &failed("app.boxed_question"));
        let local = |text| async move { local_question(text).await.ok() };
        check_local(|| local("7"), Some(7), "app.local_question");
        check_local(|| local(""), None, "app.local_question [error _OTHER]");
        check_async(reply, Ok(Reply), "chat gpt-4o [2→1 tokens]");
        check_async(bare_reply, Reply, "chat gpt-4o [2→1 tokens]");
    }

    #[test]
    fn a_block_may_never_return() {
        let panics = || std::panic::catch_unwind(|| block_on(panicking())).is_err();
        check(panics, true, "app.panicking [error panic]");
        check(|| endless().now_or_never().is_none(), true, "app.endless [cancelled]");
    }
}

/// Blocks without `move`, which borrow what the arguments point at.
mod borrowing {
    use super::*;

    struct Counter(u32);

    impl Counter {
        #[step("app.field")]
        fn field(&self) -> impl Future<Output = u32> {
            async { self.0 }
        }

        #[step("app.sum")]
        fn sum<'a>(&'a self, text: &'a str) -> impl Future<Output = usize> + Send + 'a {
            async { text.len() + usize::from(self.0 == 3) }
        }

        #[step("app.boxed_field")]
        fn boxed_field(&self) -> BoxFuture<'_, u32> {
            Box::pin(async { self.0 })
        }
    }

    #[test]
    fn a_block_without_move_stays_as_it_is() {
        let counter = Counter(3);
        check_async(|| counter.field(), 3, "app.field");
        check_async(|| counter.sum("ab"), 3, "app.sum");
        check_async(|| counter.boxed_field(), 3, "app.boxed_field");
    }
}

//! Methods of traits: implementations and defaults, with native `async fn` and with `#[async_trait]`.

use std::fmt::{Debug, Display, Formatter};
use std::rc::Rc;
use std::str::FromStr;

use agent_trace_runtime::{agent, retrieval, step, tool};
use async_trait::async_trait;

use crate::support::{assert_send, check, check_async, check_local};

mod native {
    use super::*;

    trait Search: Sync {
        type Item: Debug + PartialEq<u32>;
        const LIMIT: usize = 2;

        async fn search(&self, query: &str) -> Result<Vec<Self::Item>, String>;

        #[tool(name = "count_hits", attributes("app.limit" = Self::LIMIT))]
        async fn count(&self, query: &str) -> Result<usize, String> {
            Ok(self.search(query).await?.len())
        }

        #[step("app.describe")]
        fn describe(&self) -> String
        where
            Self: Sized,
        {
            std::any::type_name::<Self>().rsplit("::").next().unwrap_or_default().to_owned()
        }

        fn sendable(&self, query: String) -> impl Future<Output = usize> + Send;
    }

    struct Index(Vec<u32>);

    impl Search for Index {
        type Item = u32;

        #[retrieval(data_source = "index", attributes("app.query" = query, "app.size" = self.0.len()))]
        async fn search(&self, query: &str) -> Result<Vec<Self::Item>, String> {
            std::future::ready(()).await;
            if query.is_empty() {
                return Err("empty".into());
            }
            Ok(self.0.iter().copied().take(Self::LIMIT).collect())
        }

        #[tool]
        async fn sendable(&self, query: String) -> usize {
            std::future::ready(()).await;
            self.0.len() + query.len()
        }
    }

    #[test]
    fn implementations_and_defaults() {
        let index = Index(vec![1, 2, 3]);
        check_async(|| index.search("x"), Ok(vec![1, 2]), "retrieval index");
        check_async(|| index.count("x"), Ok(2), "execute_tool count_hits\n└─ retrieval index");
        check_async(
            || index.count(""),
            Err("empty".to_owned()),
            "execute_tool count_hits [error _OTHER]\n└─ retrieval index [error _OTHER]",
        );
        check(|| index.describe(), "Index", "app.describe");
        check_async(|| index.sendable("ab".to_owned()), 5, "execute_tool sendable");
    }
}

mod boxed {
    use super::*;

    #[async_trait]
    trait Tool: Send + Sync {
        async fn run(&self, input: &str) -> Result<Box<dyn Display + Send>, String>;

        #[step("app.retried", attributes("app.input" = input))]
        async fn retried(&self, input: &str) -> String {
            match self.run(input).await {
                Ok(output) => output.to_string(),
                Err(_) => return "failed".to_owned(),
            }
        }

        async fn change(&mut self, mut by: u32) -> &mut u32;

        async fn create(name: String) -> Self
        where
            Self: Sized;
    }

    struct Echo {
        name: String,
        count: u32,
    }

    #[async_trait]
    impl Tool for Echo {
        #[tool(name = self.name, attributes("app.input" = input))]
        async fn run(&self, input: &str) -> Result<Box<dyn Display + Send>, String> {
            std::future::ready(()).await;
            if input.is_empty() {
                return Err(self.name.clone());
            }
            Ok(Box::new(input.to_owned()))
        }

        #[allow(unused_mut)]
        #[step("app.change", attributes("app.by" = by))]
        async fn change(&mut self, mut by: u32) -> &mut u32 {
            by += 1;
            self.count += by;
            &mut self.count
        }

        #[step("app.create", attributes("app.name" = name))]
        async fn create(name: String) -> Self {
            Self { name, count: 0 }
        }
    }

    #[test]
    fn async_trait_runs_before_the_attribute() {
        let mut echo = Echo { name: "echo".to_owned(), count: 0 };
        check_async(
            || async { echo.run("hi").await.map(|output| output.to_string()) },
            Ok("hi".to_owned()),
            "execute_tool echo",
        );
        check_async(|| async { *echo.change(1).await }, 2, "app.change");
        check_async(|| async { Echo::create("new".to_owned()).await.name }, "new", "app.create");
        let tool: Box<dyn Tool> = Box::new(echo);
        check_async(|| tool.retried("hi"), "hi", "app.retried\n└─ execute_tool echo");
        check_async(
            || assert_send(tool.retried("")),
            "failed",
            "app.retried\n└─ execute_tool echo [error _OTHER]",
        );
    }

    #[async_trait(?Send)]
    trait Local {
        async fn run(&self, shared: Rc<u32>) -> u32;

        #[step("app.twice")]
        async fn twice(&self, shared: Rc<u32>) -> u32 {
            let again = Rc::clone(&shared);
            self.run(shared).await + self.run(again).await
        }
    }

    #[async_trait(?Send)]
    impl Local for () {
        #[step("app.local", attributes("app.shared" = *shared))]
        async fn run(&self, shared: Rc<u32>) -> u32 {
            let held = Rc::clone(&shared);
            std::future::ready(()).await;
            *held
        }
    }

    #[test]
    fn async_trait_without_send() {
        let local: &dyn Local = &();
        check_local(|| local.twice(Rc::new(2)), 4, "app.twice\n├─ app.local\n└─ app.local");
    }

    #[async_trait]
    trait Generic<T: Send + 'static> {
        async fn pass<'a, U>(&'a self, value: T, other: &'a U) -> (T, &'a U)
        where
            U: Sync + ?Sized;
    }

    struct Pass;

    #[async_trait]
    impl<T: Send + Clone + 'static> Generic<T> for Pass {
        #[step("app.pass")]
        async fn pass<'a, U>(&'a self, value: T, other: &'a U) -> (T, &'a U)
        where
            U: Sync + ?Sized,
        {
            (value, other)
        }
    }

    #[test]
    fn async_trait_with_generics() {
        check_async(|| Pass.pass(1, "x"), (1, "x"), "app.pass");
    }
}

mod well_known {
    use super::*;

    use std::pin::Pin;
    use std::task::{Context, Poll};

    #[derive(Debug, PartialEq)]
    struct Id(u32);

    impl FromStr for Id {
        type Err = std::num::ParseIntError;

        #[step("app.parse")]
        fn from_str(text: &str) -> Result<Self, Self::Err> {
            Ok(Self(text.parse()?))
        }
    }

    impl Display for Id {
        #[step("app.display")]
        fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
            write!(formatter, "#{}", self.0)
        }
    }

    impl Iterator for Id {
        type Item = u32;

        #[step("app.next")]
        fn next(&mut self) -> Option<Self::Item> {
            self.0 = self.0.checked_sub(1)?;
            Some(self.0)
        }
    }

    impl From<Id> for u32 {
        #[step("app.from")]
        fn from(Id(id): Id) -> Self {
            id
        }
    }

    impl Drop for Pending {
        #[step("app.drop")]
        fn drop(&mut self) {}
    }

    struct Pending(u32);

    impl Future for Pending {
        type Output = u32;

        #[step("app.poll")]
        fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<u32> {
            if self.0 == 0 {
                return Poll::Ready(7);
            }
            self.0 -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        }
    }

    #[test]
    fn traits_of_the_standard_library() {
        check(|| "7".parse::<Id>(), Ok(Id(7)), "app.parse");
        check(
            || "x".parse::<Id>().is_err(),
            true,
            "app.parse [error core::num::error::ParseIntError]",
        );
        check(|| Id(7).to_string(), "#7", "app.display");
        check(|| Id(2).sum::<u32>(), 1, "app.next\napp.next\napp.next");
        check(|| u32::from(Id(7)), 7, "app.from");
        check_async(|| Pending(1), 7, "app.poll\napp.poll\napp.drop");
    }

    trait Service {
        type Future: Future;

        fn call(&mut self, request: u32) -> Self::Future;
    }

    struct Doubler;

    impl Service for Doubler {
        type Future = Pin<Box<dyn Future<Output = Result<u32, String>> + Send>>;

        #[agent(name = "doubler", attributes("app.request" = request))]
        fn call(&mut self, request: u32) -> Self::Future {
            let doubled = request.checked_mul(2).ok_or("too large");
            Box::pin(async move { Ok(doubled?) })
        }
    }

    struct Tripler;

    impl Service for Tripler {
        type Future = Pin<Box<dyn Future<Output = Result<u32, String>> + Send>>;

        #[agent(name = "tripler", attributes("app.request" = request))]
        fn call(&mut self, request: u32) -> Self::Future {
            Box::pin(async move {
                let tripled: Result<u32, String> = Ok(request * 3);
                tripled
            })
        }
    }

    #[test]
    fn a_service_with_a_future_of_its_own() {
        check_async(|| Doubler.call(2), Ok(4), "invoke_agent doubler");
        check_async(
            || Doubler.call(u32::MAX),
            Err("too large".to_owned()),
            "invoke_agent doubler [error _OTHER]",
        );
        check_async(|| Tripler.call(2), Ok(6), "invoke_agent tripler");
    }
}

//! Methods: every kind of `self`, and functions without one.

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use agent_trace_runtime::step;

use crate::support::{check, check_async, check_local};

#[derive(Clone, Debug, Default, PartialEq)]
struct Counter {
    name: String,
    count: u32,
}

impl Counter {
    #[step("app.new")]
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), count: 0 }
    }

    #[step("app.new_later")]
    async fn new_later(name: impl Into<String> + Send) -> Result<Self, String> {
        Ok(Self { name: name.into(), ..Self::default() })
    }

    #[step("app.name", attributes("app.name" = self.name))]
    fn name(&self) -> &str {
        &self.name
    }

    #[step("app.name_later", attributes("app.count" = self.count, "app.other" = other))]
    async fn name_later(&self, other: &str) -> &str {
        std::future::ready(other).await;
        &self.name
    }

    #[step("app.count", attributes("app.count" = self.count))]
    fn count(&mut self) -> &mut u32 {
        self.count += 1;
        &mut self.count
    }

    #[step("app.count_later", attributes("app.count" = self.count))]
    async fn count_later(&mut self) -> &mut u32 {
        self.count += 1;
        std::future::ready(()).await;
        &mut self.count
    }

    #[step("app.names")]
    fn names(&mut self) -> impl Iterator<Item = &mut String> {
        std::iter::once(&mut self.name)
    }

    #[step("app.into_name", attributes("app.name" = self.name))]
    fn into_name(self) -> String {
        self.name
    }

    #[step("app.into_name_later", attributes("app.name" = self.name))]
    async fn into_name_later(self) -> String {
        std::future::ready(self.name).await
    }

    #[step("app.with")]
    fn with(mut self, count: u32) -> Self {
        self.count = count;
        self
    }

    #[step("app.with_later")]
    async fn with_later(mut self, count: u32) -> Self {
        self.count = count;
        std::future::ready(self).await
    }

    #[step("app.boxed", attributes("app.name" = self.name))]
    fn boxed(self: Box<Self>) -> String {
        self.name
    }

    #[step("app.boxed_later")]
    async fn boxed_later(mut self: Box<Self>) -> Box<Self> {
        self.count = 9;
        self
    }

    #[step("app.counted", attributes("app.name" = self.name))]
    fn counted(self: Rc<Self>) -> usize {
        Rc::strong_count(&self)
    }

    #[step("app.counted_later", attributes("app.name" = self.name))]
    async fn counted_later(self: Rc<Self>) -> usize {
        std::future::ready(()).await;
        Rc::strong_count(&self)
    }

    #[step("app.shared", attributes("app.name" = self.name))]
    fn shared(self: &Arc<Self>) -> Arc<Self> {
        Arc::clone(self)
    }

    #[step("app.shared_later", attributes("app.name" = self.name))]
    async fn shared_later(self: Arc<Self>) -> usize {
        std::future::ready(()).await;
        Arc::strong_count(&self)
    }

    #[step("app.pinned")]
    fn pinned(mut self: Pin<&mut Self>, count: u32) -> u32 {
        self.count += count;
        self.count
    }

    #[step("app.pinned_later", attributes("app.count" = self.count))]
    async fn pinned_later(mut self: Pin<&mut Self>) -> u32 {
        std::future::ready(()).await;
        self.count += 1;
        self.count
    }

    #[step("app.pinned_here")]
    fn pinned_here(self: Pin<&mut Self>) -> &mut u32 {
        &mut self.get_mut().count
    }
}

#[test]
fn functions_without_self() {
    let ada = Counter { name: "ada".to_owned(), count: 0 };
    check(|| Counter::new("ada"), ada.clone(), "app.new");
    check_async(|| Counter::new_later("ada"), Ok(ada), "app.new_later");
}

#[test]
fn self_by_reference() {
    let mut counter = Counter { name: "ada".to_owned(), count: 0 };
    check(|| counter.name(), "ada", "app.name");
    check_async(|| counter.name_later("x"), "ada", "app.name_later");
    check(|| *counter.count(), 1, "app.count");
    check_async(|| async { *counter.count_later().await }, 2, "app.count_later");
    check(|| counter.names().count(), 1, "app.names");
    for name in counter.names() {
        name.push('!');
    }
    *counter.count() += 10;
    assert_eq!(counter, Counter { name: "ada!".to_owned(), count: 13 });
}

#[test]
fn self_by_value() {
    let counter = Counter { name: "ada".to_owned(), count: 0 };
    check(|| counter.clone().into_name(), "ada", "app.into_name");
    check_async(|| counter.clone().into_name_later(), "ada", "app.into_name_later");
    check(|| counter.clone().with(3).count, 3, "app.with");
    check_async(|| async { counter.clone().with_later(3).await.count }, 3, "app.with_later");
}

#[test]
fn self_behind_a_pointer() {
    let counter = Counter { name: "ada".to_owned(), count: 0 };
    let boxed = || Box::new(counter.clone());
    check(|| boxed().boxed(), "ada", "app.boxed");
    check_async(|| async { boxed().boxed_later().await.count }, 9, "app.boxed_later");

    let counted = Rc::new(counter.clone());
    check(|| Rc::clone(&counted).counted(), 2, "app.counted");
    check_local(|| Rc::clone(&counted).counted_later(), 2, "app.counted_later");

    let shared = Arc::new(counter.clone());
    check(|| Arc::ptr_eq(&shared.shared(), &shared), true, "app.shared");
    check_async(|| Arc::clone(&shared).shared_later(), 2, "app.shared_later");

    let mut pinned = counter;
    check(|| Pin::new(&mut pinned).pinned(2), 2, "app.pinned");
    check_async(|| Pin::new(&mut pinned).pinned_later(), 3, "app.pinned_later");
    check(|| *Pin::new(&mut pinned).pinned_here(), 3, "app.pinned_here");
}

struct Wrapper<'a, T, const N: usize> {
    items: [T; N],
    label: &'a str,
}

impl<'a, T: Clone + Send + Sync, const N: usize> Wrapper<'a, T, N> {
    const LABEL: &'static str = "wrapper";

    #[step("app.label", attributes("app.label" = Self::LABEL, "app.size" = N))]
    fn label(&self) -> &'a str {
        self.label
    }

    #[step("app.nth")]
    async fn nth<I: Into<usize> + Send>(&self, index: I) -> Option<T> {
        let item = self.items.get(index.into())?;
        Some(item.clone())
    }

    #[step("app.either")]
    async fn either<'b>(&'b self, other: &'b T) -> &'b T
    where
        'a: 'b,
    {
        self.items.first().unwrap_or(other)
    }
}

#[test]
fn methods_of_generic_types() {
    let label = {
        let wrapper = Wrapper { items: [1, 2], label: "short" };
        check_async(|| wrapper.nth(1_u8), Some(2), "app.nth");
        check_async(|| wrapper.nth(2_u8), None, "app.nth");
        check_async(|| wrapper.either(&7), &1, "app.either");
        wrapper.label()
    };
    assert_eq!(label, "short");
}

mod mutable_borrows {
    use super::*;
    use futures::future::BoxFuture;

    struct Page {
        items: Vec<u8>,
        limit: usize,
    }

    impl Page {
        #[step("app.items", attributes("app.limit" = self.limit))]
        fn items(&mut self) -> impl Iterator<Item = &mut u8> + '_ {
            let limit = self.limit;
            self.items.iter_mut().take(limit)
        }

        #[step("app.item")]
        fn item(&mut self, index: usize) -> Option<&mut u8> {
            if index > 0 {
                return self.items.get_mut(index);
            }
            self.items.first_mut()
        }

        #[step("app.both")]
        fn both<'a>(&'a mut self, other: &'a mut [u8]) -> (&'a mut [u8], &'a mut [u8]) {
            (&mut self.items, other)
        }

        #[step("app.first")]
        async fn first(&mut self) -> Result<&mut u8, String> {
            self.items.first_mut().ok_or_else(|| "empty".into())
        }

        #[step("app.opaque", attributes("app.limit" = self.limit))]
        fn opaque(&mut self) -> impl Future<Output = &mut Vec<u8>> {
            async move { &mut self.items }
        }

        #[step("app.eager")]
        fn eager<'a>(&'a mut self) -> impl Future<Output = &'a mut Vec<u8>> + Send + use<'a> {
            self.limit += 1;
            async move { &mut self.items }
        }

        #[step("app.boxed")]
        fn boxed(&mut self) -> BoxFuture<'_, &mut Vec<u8>> {
            self.limit += 1;
            Box::pin(async move { &mut self.items })
        }
    }

    #[test]
    fn what_is_borrowed_mutably_comes_back_so() {
        let mut page = Page { items: vec![1, 2, 3], limit: 2 };
        check(|| page.items().map(std::mem::take).sum::<u8>(), 3, "app.items");
        check(|| page.item(2).map(std::mem::take), Some(3), "app.item");
        check(|| page.both(&mut [1]).0.len(), 3, "app.both");
        check_async(|| async { page.first().await.map(|item| *item) }, Ok(0), "app.first");
        check_async(|| async { page.opaque().await.pop() }, Some(0), "app.opaque");
        check_async(|| async { page.eager().await.pop() }, Some(0), "app.eager");
        check_async(|| async { page.boxed().await.pop() }, Some(0), "app.boxed");
        let mut page = Page { items: vec![], limit: page.limit };
        assert_eq!(page.limit, 4);
        check_async(
            || async { page.first().await.map(|item| *item) },
            Err("empty".to_owned()),
            "app.first [error _OTHER]",
        );
    }
}

//! What an annotation costs where telemetry is off: no allocation, and a future hardly larger.
//!
//! Nothing in this binary may install telemetry or a recorder.

use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use agent_trace_tests::Counting;
use futures::FutureExt;
use futures::future::BoxFuture;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `call` allocates, beyond what its first run does once.
fn allocations<T>(call: impl Fn() -> T) -> usize {
    drop(black_box(call()));
    agent_trace_tests::allocations(|| black_box(call()))
}

/// Polls to the end, without an executor that might allocate.
fn finish<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

/// Ready at the second poll.
#[derive(Default)]
struct Once(bool);

impl Future for Once {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

#[test]
fn the_allocator_counts() {
    assert_eq!(allocations(|| vec![1_u8]), 1);
    assert_eq!(allocations(|| 1), 0);
    assert_eq!(finish(async { allocations(|| Box::new(1)) }), 1);
}

#[test]
fn what_carries_a_call_costs_no_allocation() {
    use agent_trace_runtime::{Envelope, carry, with_conversation};

    let carried = carry();
    assert_eq!(allocations(|| carry().enter(|| 1)), 0);
    assert_eq!(allocations(|| carried.enter(|| 1)), 0);
    assert_eq!(allocations(|| finish(carry().wrap(Once::default()))), 0);
    assert_eq!(allocations(|| carry().wrap_fn(|| 1)()), 0);
    assert_eq!(allocations(|| Envelope::new(1).open(|number| number)), 0);
    assert_eq!(allocations(|| Envelope::new(1).into_linked()), 0);
    assert_eq!(allocations(|| finish(with_conversation("conv-42", Once::default()))), 0);
}

/// One function of each shape below the same attribute, and how often each of them allocates.
macro_rules! modules {
    ($text:ident; $($(#[$attribute:meta])* $module:ident;)*) => {
        $(mod $module {
            use super::*;

            $(#[$attribute])*
            fn plain($text: &str) -> Result<usize, String> {
                if $text.is_empty() { Err("empty".to_owned()) } else { Ok($text.len()) }
            }

            $(#[$attribute])*
            async fn later($text: &str) -> Result<usize, String> {
                Once::default().await;
                plain($text)
            }

            $(#[$attribute])*
            fn lazy($text: &str) -> impl Future<Output = Result<usize, String>> {
                async move { later($text).await }
            }

            $(#[$attribute])*
            fn eager($text: &str) -> impl Future<Output = Result<usize, String>> {
                let copy = $text.to_owned();
                async move { plain(&copy) }
            }

            $(#[$attribute])*
            fn boxed($text: &str) -> BoxFuture<'_, Result<usize, String>> {
                let copy = $text.to_owned();
                async move { plain(&copy) }.boxed()
            }

            #[async_trait::async_trait]
            trait Run {
                async fn run(&self, $text: &str) -> Result<usize, String>;
            }

            #[async_trait::async_trait]
            impl Run for () {
                $(#[$attribute])*
                async fn run(&self, $text: &str) -> Result<usize, String> {
                    later($text).await
                }
            }

            pub(super) fn counts() -> Vec<usize> {
                let of = |text| {
                    [
                        allocations(|| plain(text)),
                        allocations(|| finish(later(text))),
                        allocations(|| finish(lazy(text))),
                        allocations(|| finish(eager(text))),
                        allocations(|| finish(boxed(text))),
                        allocations(|| finish(().run(text))),
                        allocations(|| later(text)),
                        allocations(|| later(text).now_or_never()),
                    ]
                };
                [of("text"), of("")].concat()
            }
        })*

        const MODULES: &[(&str, fn() -> Vec<usize>)] = &[$((stringify!($module), $module::counts)),*];
    };
}

modules! {
    text;
    bare;
    #[agent_trace_runtime::agent]
    agent;
    #[agent_trace_runtime::agent(name = text.to_owned(), remote, provider = text.to_uppercase())]
    remote_agent;
    #[agent_trace_runtime::workflow]
    workflow;
    #[agent_trace_runtime::llm_call(model = "gpt-4o", usage = none)]
    llm_call;
    #[agent_trace_runtime::llm_call(model = text.to_owned(), provider = "openai", usage = none)]
    llm_call_by_expression;
    #[agent_trace_runtime::embedding(model = "text-embedding-3-small", usage = none)]
    embedding;
    #[agent_trace_runtime::retrieval(data_source = text.to_owned())]
    retrieval;
    #[agent_trace_runtime::memory(search, store = text.to_owned())]
    memory;
    #[agent_trace_runtime::tool]
    tool;
    #[agent_trace_runtime::plan(name = text.to_owned())]
    plan;
    #[agent_trace_runtime::step("app.step", attributes("app.text" = text.to_owned(), "app.int" = 1))]
    step;
}

#[test]
fn a_call_without_telemetry_allocates_nothing_more() {
    let (_, bare) = MODULES[0];
    let expected = bare();
    assert!(expected.iter().any(|count| *count > 0), "the measure sees nothing");
    for (name, counts) in MODULES {
        assert_eq!(counts(), expected, "{name}");
    }
}

#[test]
fn what_a_body_does_with_its_call_allocates_nothing_either() {
    #[agent_trace_runtime::step("app.current")]
    fn with_current(text: &str) -> usize {
        let call = agent_trace_runtime::current();
        call.record_usage(agent_trace_runtime::Usage::new(1, 1));
        call.set(agent_trace_runtime::attribute!("app.length" = text.len()));
        text.len()
    }
    assert_eq!(allocations(|| with_current("text")), 0);
}

type Large = [u8; 512];

/// The most bytes that an annotation may add to a future.
const MAX_GROWTH: usize = 128;

/// The same function, plain and annotated.
macro_rules! pairs {
    ($sizes:ident; $($name:ident: #[$attribute:meta] ($($argument:ident),*) -> $output:ty { $($body:tt)* })*) => {
        $(mod $name {
            use super::*;

            pub(super) async fn plain($($argument: Large),*) -> $output { $($body)* }

            #[$attribute]
            pub(super) async fn annotated($($argument: Large),*) -> $output { $($body)* }
        })*

        /// Name, plain size, annotated size.
        fn $sizes() -> Vec<(&'static str, usize, usize)> {
            vec![$({
                $(let $argument: Large = [0; 512];)*
                let plain = size_of_val(&$name::plain($($argument),*));
                let annotated = size_of_val(&$name::annotated($($argument),*));
                (stringify!($name), plain, annotated)
            }),*]
        }
    };
}

pairs! {
    sizes;

    used_in_the_body: #[agent_trace_runtime::step("app.step")] (value) -> u8 {
        Once::default().await;
        value[0]
    }

    recorded_too: #[agent_trace_runtime::step("app.step", attributes("app.first" = value[0]))] (value) -> u8 {
        Once::default().await;
        value[0]
    }

    recorded_only: #[agent_trace_runtime::step("app.step", attributes("app.first" = value[0]))] (value) -> u8 {
        // The plain function uses it too: what is recorded is used.
        std::hint::black_box(&value);
        Once::default().await;
        1
    }

    unused: #[agent_trace_runtime::step("app.step")] (_value) -> u8 {
        Once::default().await;
        1
    }

    result: #[agent_trace_runtime::tool] (value) -> Result<u64, String> {
        Once::default().await;
        if value[0] > 0 {
            return Err("large".to_owned());
        }
        Ok(u64::from(value[1]))
    }

    large_result: #[agent_trace_runtime::tool] (value) -> Result<Large, String> {
        Once::default().await;
        Ok(value)
    }

    passed_to_another: #[agent_trace_runtime::agent] (value) -> u8 {
        Once::default().await;
        super::used_in_the_body::plain(value).await
    }

    two_arguments: #[agent_trace_runtime::agent] (left, right) -> u8 {
        Once::default().await;
        left[0] + right[0]
    }

    two_arguments_recorded:
    #[agent_trace_runtime::agent(attributes("app.left" = left[0], "app.right" = right[0]))]
    (left, right) -> u8 {
        Once::default().await;
        left[0] + right[0]
    }
}

pairs! {
    sizes_of_copies;

    used_before_the_await: #[agent_trace_runtime::step("app.step")] (value) -> u8 {
        let first = value[0];
        Once::default().await;
        first
    }

    kept_in_a_local: #[agent_trace_runtime::llm_call(model = "gpt-4o", usage = none)] (value) -> u8 {
        let held = value;
        Once::default().await;
        held[0]
    }
}

/// The sizes as a table, for whoever changes what the macros write.
fn table(sizes: &[(&str, usize, usize)]) -> String {
    let row = |&(name, plain, annotated): &(&str, usize, usize)| {
        format!("{name:24} {plain:5} {annotated:5} +{}\n", annotated.saturating_sub(plain))
    };
    sizes.iter().map(row).collect()
}

#[track_caller]
fn assert_growth(sizes: &[(&str, usize, usize)], limit: usize) {
    let table = table(sizes);
    println!("{table}");
    let is_small = |(_, plain, annotated): &(_, usize, usize)| *annotated <= plain + limit;
    assert!(sizes.iter().all(is_small), "bytes of each future, plain and annotated:\n{table}");
}

#[test]
fn a_future_grows_by_little() {
    assert_growth(&sizes(), MAX_GROWTH);
}

#[test]
fn a_future_that_need_not_keep_its_argument_keeps_it_once() {
    assert_growth(&sizes_of_copies(), MAX_GROWTH + size_of::<Large>());
}

/// Plain functions that return a future.
macro_rules! futures {
    ($($module:ident: $(#[$attribute:meta])*;)*) => {$(
        mod $module {
            use super::*;

            $(#[$attribute])*
            pub(super) fn lazy(value: Large) -> impl Future<Output = u8> {
                async move {
                    Once::default().await;
                    value[0]
                }
            }

            $(#[$attribute])*
            pub(super) fn eager(value: Large) -> impl Future<Output = u8> {
                let first = value[0];
                async move {
                    Once::default().await;
                    value[1] + first
                }
            }
        }
    )*};
}

futures! {
    plain_futures: ;
    annotated_futures: #[agent_trace_runtime::step("app.step")];
}

#[test]
fn a_future_that_a_function_makes_grows_by_little() {
    use {annotated_futures as annotated, plain_futures as plain};
    let value: Large = [0; 512];
    let lazy = (size_of_val(&plain::lazy(value)), size_of_val(&annotated::lazy(value)));
    let eager = (size_of_val(&plain::eager(value)), size_of_val(&annotated::eager(value)));
    assert_growth(&[("eager", eager.0, eager.1)], MAX_GROWTH);
    assert_growth(&[("lazy", lazy.0, lazy.1)], MAX_GROWTH + size_of::<Large>());
}

#[test]
fn the_pairs_do_the_same() {
    let value = || [7; 512];
    assert_eq!(finish(kept_in_a_local::annotated(value())), 7);
    assert_eq!(finish(used_before_the_await::annotated(value())), 7);
    assert_eq!(finish(two_arguments::annotated(value(), value())), 14);
    assert_eq!(finish(large_result::annotated(value())), finish(large_result::plain(value())));
}

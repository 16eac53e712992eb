//! Functions that call themselves, directly and through others.

use std::pin::Pin;

use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{agent, step, tool};
use futures::executor::block_on;
use futures::future::BoxFuture;

use crate::support::{assert_send, check, check_async};

#[step("app.plain", attributes("app.depth" = depth))]
fn plain(depth: u32) -> u32 {
    if depth == 0 { 0 } else { plain(depth - 1) + 1 }
}

#[step("app.direct")]
async fn direct(depth: u32) -> u32 {
    if depth == 0 {
        return 0;
    }
    Box::pin(direct(depth - 1)).await + 1
}

#[agent]
async fn even(number: u32) -> Result<bool, String> {
    match number {
        0 => Ok(true),
        13 => Err("unlucky".to_owned()),
        _ => Ok(!Box::pin(odd(number)).await?),
    }
}

#[tool]
async fn odd(number: u32) -> Result<bool, String> {
    Ok(!Box::pin(even(number - 1)).await?)
}

#[step("app.opaque")]
fn opaque(depth: u32) -> impl Future<Output = u32> {
    async move { if depth == 0 { 0 } else { Box::pin(opaque(depth - 1)).await + 1 } }
}

#[step("app.boxed")]
fn boxed(depth: u32) -> BoxFuture<'static, u32> {
    Box::pin(async move { if depth == 0 { 0 } else { boxed(depth - 1).await + 1 } })
}

#[step("app.eager")]
fn eager(depth: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    let below = depth.checked_sub(1);
    Box::pin(async move {
        match below {
            None => 0,
            Some(below) => eager(below).await + 1,
        }
    })
}

#[async_trait::async_trait]
trait Walk: Send + Sync {
    #[step("app.walk")]
    async fn walk(&self, depth: u32) -> u32 {
        if depth == 0 { 0 } else { self.walk(depth - 1).await + 1 }
    }
}

impl Walk for () {}

/// The tree of `levels` calls, each the only child of the one before.
fn chain(name: &str, levels: usize) -> String {
    (0..levels)
        .map(|level| match level {
            0 => format!("{name}\n"),
            _ => format!("{}└─ {name}\n", "   ".repeat(level - 1)),
        })
        .collect()
}

#[test]
fn each_level_is_the_parent_of_the_next() {
    check(|| plain(2), 2, &chain("app.plain", 3));
    check_async(|| direct(2), 2, &chain("app.direct", 3));
    check_async(|| opaque(2), 2, &chain("app.opaque", 3));
    check_async(|| boxed(2), 2, &chain("app.boxed", 3));
    check_async(|| eager(2), 2, &chain("app.eager", 3));
    check_async(|| ().walk(2), 2, &chain("app.walk", 3));
}

#[test]
fn functions_that_call_each_other() {
    check_async(
        || even(2),
        Ok(true),
        "
invoke_agent even
└─ execute_tool odd
   └─ invoke_agent even
      └─ execute_tool odd
         └─ invoke_agent even
",
    );
    check_async(
        || odd(14),
        Err("unlucky".to_owned()),
        "execute_tool odd [error _OTHER]\n└─ invoke_agent even [error _OTHER]",
    );
}

#[test]
fn a_thousand_levels_are_one_trace() {
    let recorder = Recorder::install();
    assert_eq!(block_on(assert_send(boxed(999))), 999);
    let spans = recorder.spans();
    assert_eq!(spans.len(), 1000);
    assert!(spans.iter().all(|span| span.trace_id() == spans[0].trace_id()));
    assert!(spans.windows(2).all(|pair| pair[0].parent_span_id() == pair[1].span_id()));
}

//! What is recorded neither leaves the function nor changes it, nor waits.

use agent_trace_runtime::step;

#[step("app.leaves", attributes("app.text" = text.as_deref()?))]
async fn leaves(text: Option<String>) -> Option<u8> {
    Some(1)
}

#[step("app.changes", attributes("app.number" = { number += 1; number }))]
async fn changes(mut number: i64) -> i64 {
    number
}

#[step("app.waits", attributes("app.number" = std::future::ready(1).await))]
async fn waits() {}

fn main() {}

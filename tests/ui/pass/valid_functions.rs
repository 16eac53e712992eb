//! Functions that are valid without an attribute, and with one.
#![deny(warnings)]

use std::pin::Pin;
use std::task::{Context, Poll};

use agent_trace_runtime::{llm_call, step, tool};
use futures_core::Stream;

#[tool]
pub async fn raw(r#type: String, r#match: Vec<u8>) -> usize {
    r#type.len() + r#match.len()
}

#[tool]
pub async fn attributes_of_arguments(
    #[allow(unused_variables)] text: String,
    #[expect(unused_variables)] other: Vec<u8>,
) {
}

pub struct Words;

impl Stream for Words {
    type Item = u8;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u8>> {
        Poll::Ready(None)
    }
}

#[tool]
pub fn streams_within() -> Vec<impl Stream<Item = u8>> {
    vec![Words]
}

#[step("app.smallest", attributes("app.number" = -9223372036854775808))]
pub fn smallest() {}

#[llm_call(model = "gpt-4o", seed = -9223372036854775808, usage = none)]
pub fn seeded() {}

#[llm_call(model = "ft:gpt-4o-2024-08-06:acme::x", usage = none)]
pub async fn fine_tuned() {}

pub struct Names;

impl Names {
    const S: &'static str = "app.names";
}

#[step(Names::S)]
pub fn named() {}

fn main() {}

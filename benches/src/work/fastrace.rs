//! The functions traced by `fastrace`, whose reporter turns its spans into OpenTelemetry's.
//!
//! All of its properties are strings: numbers are formatted. A call of a model is a root here, since
//! `#[fastrace::trace]` makes no span without a parent.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{self, Poll};

use fastrace::future::FutureExt;
use fastrace::local::LocalSpan;
use fastrace::prelude::SpanContext;
use fastrace::{Span, trace};
use futures::Stream;

use super::{Chunk, LARGE, Model, Reply, Request, SPANS_OF_TRACE, Tokens, plain};

pub async fn chat<'a>(model: &'a Model, request: &Request) -> &'a Reply {
    let span = Span::root("chat gpt-4o", SpanContext::random()).with_properties(|| {
        [
            ("span.kind", "client".into()),
            ("gen_ai.operation.name", "chat".into()),
            ("gen_ai.provider.name", "openai".into()),
            ("gen_ai.request.model", "gpt-4o".into()),
            ("server.address", "api.openai.com".into()),
            ("server.port", "443".into()),
            ("gen_ai.request.temperature", request.temperature.to_string().into()),
            ("gen_ai.request.max_tokens", request.max_tokens.to_string().into()),
            ("gen_ai.conversation.id", std::borrow::Cow::from(request.conversation.clone())),
        ]
    });
    async {
        let reply = plain::chat(model, request).await;
        LocalSpan::add_properties(|| {
            [
                ("gen_ai.response.id", reply.id.clone()),
                ("gen_ai.response.model", reply.model.clone()),
                ("gen_ai.response.finish_reasons", reply.finish_reason.clone()),
                ("gen_ai.usage.input_tokens", reply.input_tokens.to_string()),
                ("gen_ai.usage.output_tokens", reply.output_tokens.to_string()),
            ]
        });
        reply
    }
    .in_span(span)
    .await
}

pub async fn chat_of_constants(tokens: Tokens) -> Tokens {
    let span = Span::root("chat gpt-4o", SpanContext::random()).with_properties(|| {
        [
            ("span.kind", "client"),
            ("gen_ai.operation.name", "chat"),
            ("gen_ai.provider.name", "openai"),
            ("gen_ai.request.model", "gpt-4o"),
        ]
    });
    async {
        let tokens = plain::chat_of_constants(tokens).await;
        LocalSpan::add_properties(|| {
            [
                ("gen_ai.usage.input_tokens", tokens.input.to_string()),
                ("gen_ai.usage.output_tokens", tokens.output.to_string()),
            ]
        });
        tokens
    }
    .in_span(span)
    .await
}

#[trace(
    name = "execute_tool lookup_order",
    properties = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "lookup_order",
    }
)]
pub async fn tool(number: u64) -> u64 {
    plain::tool(number).await
}

#[trace(name = "agent.prompt_assembly")]
pub async fn step(number: u64) -> u64 {
    plain::step(number).await
}

pub async fn agent(body: impl Future<Output = ()>) {
    body.in_span(started_agent()).await;
}

pub async fn trace_of_tools() {
    async {
        for number in 1..SPANS_OF_TRACE {
            tool(number).await;
        }
    }
    .in_span(started_agent())
    .await;
}

pub async fn trace_of_steps() {
    async {
        for number in 1..SPANS_OF_TRACE {
            step(number).await;
        }
    }
    .in_span(started_agent())
    .await;
}

fn started_agent() -> Span {
    Span::root("invoke_agent support", SpanContext::random()).with_properties(|| {
        [("gen_ai.operation.name", "invoke_agent"), ("gen_ai.agent.name", "support")]
    })
}

pub async fn forever() -> Infallible {
    plain::forever().in_span(started_agent()).await
}

/// The span becomes the local parent for each poll.
pub fn chunks() -> impl Stream<Item = Chunk> + Unpin {
    InSpan { stream: super::endless(), span: started_agent() }
}

struct InSpan<S> {
    stream: S,
    span: Span,
}

impl<S: Stream + Unpin> Stream for InSpan<S> {
    type Item = S::Item;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut task::Context<'_>,
    ) -> Poll<Option<S::Item>> {
        let _parent = self.span.set_local_parent();
        Pin::new(&mut self.stream).poll_next(context)
    }
}

#[trace]
pub async fn large(argument: [u8; LARGE]) -> u8 {
    super::wait().await;
    argument[0]
}

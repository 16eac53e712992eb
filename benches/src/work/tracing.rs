//! The functions below `#[tracing::instrument]`, whose spans `tracing-opentelemetry` turns into OpenTelemetry's.
//!
//! `tracing` has no lists as values: the one finish reason is a string. What `tracing-opentelemetry` would
//! add of itself (location, thread, level, target, busy and idle times) is switched off.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{self, Poll};

use futures::Stream;
use tracing::field::Empty;
use tracing::{Span, info_span, instrument};

use super::{Chunk, LARGE, Model, Reply, Request, SPANS_OF_TRACE, Tokens, plain};

#[instrument(
    name = "chat gpt-4o",
    skip_all,
    fields(
        otel.kind = "client",
        gen_ai.operation.name = "chat",
        gen_ai.provider.name = "openai",
        gen_ai.request.model = "gpt-4o",
        server.address = "api.openai.com",
        server.port = 443,
        gen_ai.request.temperature = request.temperature,
        gen_ai.request.max_tokens = request.max_tokens,
        gen_ai.conversation.id = request.conversation.as_str(),
        gen_ai.response.id = Empty,
        gen_ai.response.model = Empty,
        gen_ai.response.finish_reasons = Empty,
        gen_ai.usage.input_tokens = Empty,
        gen_ai.usage.output_tokens = Empty,
    )
)]
pub async fn chat<'a>(model: &'a Model, request: &Request) -> &'a Reply {
    let reply = plain::chat(model, request).await;
    let span = Span::current();
    span.record("gen_ai.response.id", reply.id.as_str());
    span.record("gen_ai.response.model", reply.model.as_str());
    span.record("gen_ai.response.finish_reasons", reply.finish_reason.as_str());
    span.record("gen_ai.usage.input_tokens", reply.input_tokens);
    span.record("gen_ai.usage.output_tokens", reply.output_tokens);
    reply
}

#[instrument(
    name = "chat gpt-4o",
    skip_all,
    fields(
        otel.kind = "client",
        gen_ai.operation.name = "chat",
        gen_ai.provider.name = "openai",
        gen_ai.request.model = "gpt-4o",
        gen_ai.usage.input_tokens = Empty,
        gen_ai.usage.output_tokens = Empty,
    )
)]
pub async fn chat_of_constants(tokens: Tokens) -> Tokens {
    let tokens = plain::chat_of_constants(tokens).await;
    let span = Span::current();
    span.record("gen_ai.usage.input_tokens", tokens.input);
    span.record("gen_ai.usage.output_tokens", tokens.output);
    tokens
}

#[instrument(
    name = "execute_tool lookup_order",
    skip_all,
    fields(gen_ai.operation.name = "execute_tool", gen_ai.tool.name = "lookup_order")
)]
pub async fn tool(number: u64) -> u64 {
    plain::tool(number).await
}

#[instrument(name = "agent.prompt_assembly", skip_all)]
pub async fn step(number: u64) -> u64 {
    plain::step(number).await
}

#[instrument(
    name = "invoke_agent support",
    skip_all,
    fields(gen_ai.operation.name = "invoke_agent", gen_ai.agent.name = "support")
)]
pub async fn agent(body: impl Future<Output = ()>) {
    body.await;
}

#[instrument(
    name = "invoke_agent support",
    skip_all,
    fields(gen_ai.operation.name = "invoke_agent", gen_ai.agent.name = "support")
)]
pub async fn trace_of_tools() {
    for number in 1..SPANS_OF_TRACE {
        tool(number).await;
    }
}

#[instrument(
    name = "invoke_agent support",
    skip_all,
    fields(gen_ai.operation.name = "invoke_agent", gen_ai.agent.name = "support")
)]
pub async fn trace_of_steps() {
    for number in 1..SPANS_OF_TRACE {
        step(number).await;
    }
}

#[instrument(skip_all)]
pub async fn forever() -> Infallible {
    plain::forever().await
}

/// `tracing` has nothing of its own for streams: the span is entered for each poll.
pub fn chunks() -> impl Stream<Item = Chunk> + Unpin {
    Entered { stream: super::endless(), span: info_span!("chat gpt-4o") }
}

struct Entered<S> {
    stream: S,
    span: Span,
}

impl<S: Stream + Unpin> Stream for Entered<S> {
    type Item = S::Item;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut task::Context<'_>,
    ) -> Poll<Option<S::Item>> {
        let entered = &mut *self;
        let _guard = entered.span.enter();
        Pin::new(&mut entered.stream).poll_next(context)
    }
}

#[instrument(skip_all)]
pub async fn large(argument: [u8; LARGE]) -> u8 {
    super::wait().await;
    argument[0]
}

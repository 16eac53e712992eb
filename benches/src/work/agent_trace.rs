//! The functions annotated with this project's macros.

use std::convert::Infallible;
use std::hint::black_box;

use agent_trace_runtime::{agent, llm_call, step, tool};
use futures::Stream;

use super::{Chunk, LARGE, Model, NotFound, Reply, Request, SPANS_OF_TRACE, Tokens, plain};

#[llm_call(
    model = "gpt-4o",
    provider = "openai",
    server_address = "api.openai.com",
    server_port = 443,
    temperature = request.temperature,
    max_tokens = request.max_tokens,
    conversation_id = request.conversation.as_str(),
)]
pub async fn chat<'a>(model: &'a Model, request: &Request) -> &'a Reply {
    model.answer(request).await
}

#[llm_call(model = "gpt-4o")]
pub async fn chat_of_constants(tokens: Tokens) -> Tokens {
    black_box(tokens)
}

#[tool(name = "lookup_order")]
pub async fn tool(number: u64) -> u64 {
    black_box(number)
}

#[tool(name = "lookup_order")]
pub async fn failing_tool(number: u64) -> Result<u64, NotFound> {
    plain::failing_tool(number).await
}

#[step("agent.prompt_assembly")]
pub async fn step(number: u64) -> u64 {
    black_box(number)
}

#[agent(name = "support")]
pub async fn agent<T>(body: impl Future<Output = T>) -> T {
    body.await
}

#[agent(name = "support")]
pub async fn trace_of_tools() {
    for number in 1..SPANS_OF_TRACE {
        tool(number).await;
    }
}

#[agent(name = "support")]
pub async fn trace_of_steps() {
    for number in 1..SPANS_OF_TRACE {
        step(number).await;
    }
}

#[tool]
pub async fn forever() -> Infallible {
    plain::forever().await
}

#[llm_call(model = "gpt-4o")]
pub fn chunks() -> impl Stream<Item = Chunk> + Unpin {
    plain::chunks()
}

#[tool]
pub async fn large(argument: [u8; LARGE]) -> u8 {
    super::wait().await;
    argument[0]
}

//! `langchain-rust`: its agent has a loop of its own, which asks a model and runs tools through traits.

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;

use agent_trace_examples::Endpoint;
use agent_trace_runtime::{Usage, agent, llm_call, tool};
use async_trait::async_trait;
use futures::Stream;
use langchain_rust::agent::{AgentError, AgentExecutor, OpenAiToolAgent, OpenAiToolAgentBuilder};
use langchain_rust::chain::{Chain, ChainError};
use langchain_rust::language_models::llm::LLM;
use langchain_rust::language_models::options::CallOptions;
use langchain_rust::language_models::{GenerateResult, LLMError};
use langchain_rust::llm::openai::{OpenAI, OpenAIConfig};
use langchain_rust::prompt_args;
use langchain_rust::schemas::{Message, StreamData};
use langchain_rust::tools::Tool;
use serde_json::{Value, json};

pub(crate) fn agent(endpoint: &Endpoint) -> Result<AgentExecutor<OpenAiToolAgent>, AgentError> {
    let config =
        OpenAIConfig::new().with_api_base(endpoint.base_url()).with_api_key(endpoint.api_key());
    let model = Traced(OpenAI::new(config).with_model("gpt-4o"));
    let tools: [Arc<dyn Tool>; 2] = [Arc::new(TrackParcel), Arc::new(RefundPolicy)];
    let agent = OpenAiToolAgentBuilder::new().tools(&tools).build(model)?;
    Ok(AgentExecutor::from_agent(agent))
}

#[agent(name = "langchain")]
pub(crate) async fn answer(
    executor: AgentExecutor<OpenAiToolAgent>,
    question: &str,
) -> Result<String, ChainError> {
    executor.invoke(prompt_args! { "input" => question }).await
}

/// A model whose calls are traced, in the place of the one that it holds.
#[derive(Clone)]
struct Traced(OpenAI<OpenAIConfig>);

#[async_trait]
impl LLM for Traced {
    #[llm_call(model = "gpt-4o", usage = usage_of)]
    async fn generate(&self, messages: &[Message]) -> Result<GenerateResult, LLMError> {
        self.0.generate(messages).await
    }

    async fn stream(
        &self,
        messages: &[Message],
    ) -> Result<Pin<Box<dyn Stream<Item = Result<StreamData, LLMError>> + Send>>, LLMError> {
        self.0.stream(messages).await
    }

    fn add_options(&mut self, options: CallOptions) {
        self.0.add_options(options);
    }
}

fn usage_of(result: &GenerateResult) -> Option<Usage> {
    let tokens = result.tokens.as_ref()?;
    Some(Usage::new(tokens.prompt_tokens.into(), tokens.completion_tokens.into()))
}

struct TrackParcel;

#[async_trait]
impl Tool for TrackParcel {
    fn name(&self) -> String {
        "track_parcel".to_owned()
    }

    fn description(&self) -> String {
        "Says where the parcel of an order is.".to_owned()
    }

    fn parameters(&self) -> Value {
        parameters("order_id")
    }

    #[tool(name = "track_parcel")]
    async fn run(&self, input: Value) -> Result<String, Box<dyn Error>> {
        Ok(format!("The parcel is out for delivery today: {input}"))
    }
}

struct RefundPolicy;

#[async_trait]
impl Tool for RefundPolicy {
    fn name(&self) -> String {
        "refund_policy".to_owned()
    }

    fn description(&self) -> String {
        "Says when we refund.".to_owned()
    }

    fn parameters(&self) -> Value {
        parameters("reason")
    }

    #[tool(name = "refund_policy")]
    async fn run(&self, input: Value) -> Result<String, Box<dyn Error>> {
        Ok(format!("Full refund from the 7th day on: {input}"))
    }
}

fn parameters(argument: &str) -> Value {
    json!({
        "type": "object",
        "properties": { argument: { "type": "string" } },
        "required": [argument],
    })
}

//! `rig-core`: its model is a value that is called, and the loop is the application's.

use agent_trace_examples::Endpoint;
use agent_trace_runtime::{agent, llm_call, tool};
use rig_core::completion::message::{ToolCall, ToolName, ToolResultContent};
use rig_core::completion::{CompletionRequest, CompletionResponse, Message, ToolDefinition};
use rig_core::operation::Completion;
use rig_core::providers::openai::OpenAIConfig;
use rig_core::{DynModel, ProviderError};
use serde_json::{Value, json};

pub(crate) fn model(endpoint: &Endpoint) -> DynModel<Completion> {
    let config = OpenAIConfig::new(endpoint.api_key()).with_base_url(endpoint.base_url());
    config.client().chat("gpt-4o").into()
}

#[agent(name = "rig")]
pub(crate) async fn answer(
    model: &DynModel<Completion>,
    question: &str,
) -> Result<String, ProviderError> {
    let mut prompt = Message::user(question);
    let mut history = Vec::new();
    loop {
        let request = CompletionRequest::new(prompt.clone()).messages(history.clone());
        let response = complete(model, request.tools(tools())).await?;
        let calls: Vec<ToolCall> = response.tool_calls().cloned().collect();
        if calls.is_empty() {
            return Ok(response.text());
        }
        history.extend([Some(prompt), response.message()].into_iter().flatten());
        let mut results = Vec::new();
        for call in calls {
            let result = run_tool(&call).await;
            results.push(call.result(vec![ToolResultContent::text(result)]));
        }
        prompt = Message::tool_results(results);
    }
}

/// One call of the model. The runtime knows the response's type, and reads the tokens from it.
#[llm_call(model = "gpt-4o")]
async fn complete(
    model: &DynModel<Completion>,
    request: CompletionRequest,
) -> Result<CompletionResponse, ProviderError> {
    model.call(request).await
}

async fn run_tool(call: &ToolCall) -> String {
    let argument = |name: &str| call.function.arguments.get(name).and_then(Value::as_str);
    match call.function.name.as_str() {
        "track_parcel" => track_parcel(argument("order_id").unwrap_or_default()).await,
        _ => refund_policy(argument("reason").unwrap_or_default()).await,
    }
}

#[tool]
async fn track_parcel(order: &str) -> String {
    format!("The parcel of order {order} is out for delivery today.")
}

#[tool]
async fn refund_policy(reason: &str) -> String {
    format!("Full refund from the 7th day on: {reason}.")
}

/// A definition whose name is empty is none.
fn tools() -> Vec<ToolDefinition> {
    let tool = |name: &str, argument: &str| {
        let parameters = json!({
            "type": "object",
            "properties": { argument: { "type": "string" } },
            "required": [argument],
        });
        let name = ToolName::new(name).ok()?;
        Some(ToolDefinition::new(name, "What the name says.", parameters))
    };
    let tools = [tool("track_parcel", "order_id"), tool("refund_policy", "reason")];
    tools.into_iter().flatten().collect()
}

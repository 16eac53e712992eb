//! A customer-support agent, traced from the question to the answer.
//!
//! The agent recalls what it knows about the customer, asks a model, runs the tools the model calls
//! for, and lets the model answer. Each of these is an ordinary function with one attribute on it.
//! Besides, `main` starts and stops the telemetry. How many tokens a call took, the client's response tells.
//!
//! ```console
//! $ cargo run --example support_agent
//! ```
//!
//! Without `OPENAI_API_KEY` a scripted server on a loopback port plays the model. With `--http`, its requests are
//! spans, too, below the calls of the model.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use agent_trace_examples::{Endpoint, scripts};
use agent_trace_runtime::http::ClientMiddleware;
use agent_trace_runtime::{agent, llm_call, memory, step, tool};
use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use async_openai::types::chat::{
    ChatCompletionMessageToolCalls as ToolCall,
    ChatCompletionRequestAssistantMessage as AssistantMessage,
    ChatCompletionRequestMessage as Message, ChatCompletionRequestSystemMessage as SystemMessage,
    ChatCompletionRequestToolMessage as ToolMessage,
    ChatCompletionRequestUserMessage as UserMessage, ChatCompletionTool,
    ChatCompletionTools as Tool, CreateChatCompletionRequest as Request,
    CreateChatCompletionResponse as Response, FunctionCall, FunctionObject,
};
use reqwest_middleware::ClientBuilder;
use serde::Deserialize;
use serde_json::json;
use thiserror::Error;
use tokio::time::{sleep, timeout};
use tower::{Service, service_fn};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let telemetry = agent_trace_runtime::init()?;

    let endpoint = Endpoint::from_env_or(scripts::support()).await?;
    let config =
        OpenAIConfig::new().with_api_base(endpoint.base_url()).with_api_key(endpoint.api_key());
    let model = Client::with_config(config).with_http_service(http_service());

    let customer = Customer { name: "Ada", tier: "gold" };
    let question = "My headphones from order A-1042 still haven't arrived. Can I get a refund?";
    // With `--repeat`, again and again, as in a service: for dashboards and alerts.
    while std::env::args().any(|argument| argument == "--repeat") {
        match answer(&model, &customer, question).await {
            Ok(reply) => println!("{reply}"),
            Err(error) => eprintln!("{error}"),
        }
        sleep(Duration::from_millis(500)).await;
    }
    println!("{}", answer(&model, &customer, question).await?);

    // Spans may still wait for export. Shutting down sends them, and reports if that fails.
    telemetry.shutdown()?;
    Ok(())
}

type Model = Client<OpenAIConfig>;

/// Sends the client's requests with the context in their headers. Each is a part of a call of the model, which has
/// its span; `--http` shows what the network takes of it.
fn http_service()
-> impl Service<HttpRequestFactory, Response = reqwest::Response, Error = OpenAIError, Future: Send>
+ Clone {
    let is_shown = std::env::args().any(|argument| argument == "--http");
    let middleware =
        if is_shown { ClientMiddleware::new() } else { ClientMiddleware::without_spans() };
    let http = ClientBuilder::new(reqwest::Client::new()).with(middleware).build();
    service_fn(move |request: HttpRequestFactory| {
        let http = http.clone();
        async move {
            let response = http.execute(request.build().await?).await;
            response.map_err(|error| match error {
                reqwest_middleware::Error::Reqwest(error) => OpenAIError::Reqwest(error),
                other => OpenAIError::Boxed(other.into()),
            })
        }
    })
}

struct Customer {
    name: &'static str,
    tier: &'static str,
}

/// How often the model may call for tools before the agent gives up on it.
const MAX_TURNS: usize = 5;

#[derive(Debug, Error)]
enum AgentError {
    #[error("the model could not be asked: {0}")]
    Model(#[from] OpenAIError),
    #[error("the model gave no answer within {MAX_TURNS} turns")]
    NoAnswer,
}

/// The whole run. What the functions called from here record ends up below this span.
#[agent(name = "support", attributes("app.customer.tier" = customer.tier))]
async fn answer(model: &Model, customer: &Customer, question: &str) -> Result<String, AgentError> {
    let notes = recall(question).await;
    let mut messages = assemble_prompt(customer, question, &notes);

    for _ in 0..MAX_TURNS {
        let reply = ask_model(model, &messages).await?;
        let reply = reply.choices.into_iter().next().unwrap_or_default().message;
        let calls = reply.tool_calls.unwrap_or_default();
        if calls.is_empty() {
            return Ok(format_reply(customer, &reply.content.unwrap_or_default()));
        }

        // The service wants to see the calls again, each followed by its result.
        messages.push(Message::Assistant(AssistantMessage {
            tool_calls: Some(calls.clone()),
            ..Default::default()
        }));
        for call in calls {
            let ToolCall::Function(call) = call else {
                continue; // Calls of another kind are for tools we do not offer.
            };
            // A failed tool does not end the run: the model reads the error and decides what to do.
            let result = run_tool(&call.function).await;
            messages.push(Message::Tool(ToolMessage {
                tool_call_id: call.id,
                content: result.unwrap_or_else(|e| format!("error: {e}")).into(),
            }));
        }
    }
    Err(AgentError::NoAnswer)
}

/// Finds notes that share a longer word with the question. A real agent would ask a vector store.
#[memory(search)]
async fn recall(question: &str) -> Vec<String> {
    let notes = [
        "Order A-1042: headphones, 129 EUR, should have arrived nine days ago.",
        "Order A-0977: phone case, 19 EUR, delivered.",
    ];
    let words = || question.split_whitespace().filter(|word| word.len() > 5);
    let relevant = notes.iter().filter(|note| words().any(|word| note.contains(word)));
    relevant.map(ToString::to_string).collect()
}

#[step("agent.prompt_assembly")]
fn assemble_prompt(customer: &Customer, question: &str, notes: &[String]) -> Vec<Message> {
    let instructions = format!(
        "You are a support agent of a web shop. Be brief, and promise nothing that your tools \
         did not confirm.\n\nThe customer is {}.\n{}",
        customer.name,
        notes.join("\n")
    );
    vec![SystemMessage::from(instructions).into(), UserMessage::from(question).into()]
}

/// One request to the model. The span gets its token counts from the client's response.
#[llm_call(model = "gpt-4o")]
async fn ask_model(model: &Model, messages: &[Message]) -> Result<Response, OpenAIError> {
    let request = Request {
        model: "gpt-4o".to_owned(),
        messages: messages.to_vec(),
        tools: Some(tools()),
        ..Default::default()
    };
    model.chat().create(request).await
}

async fn run_tool(call: &FunctionCall) -> Result<String, ToolError> {
    match call.name.as_str() {
        "track_parcel" => track_parcel(serde_json::from_str(&call.arguments)?).await,
        "refund_policy" => refund_policy(serde_json::from_str(&call.arguments)?).await,
        other => Err(ToolError::Unknown(other.to_owned())),
    }
}

#[tool]
async fn track_parcel(query: ParcelQuery) -> Result<String, ToolError> {
    let status = timeout(Duration::from_millis(80), carrier_status(&query.order_id));
    status.await.map_err(|_| ToolError::CarrierTimeout)
}

#[tool]
async fn refund_policy(query: PolicyQuery) -> Result<String, ToolError> {
    match query.reason.as_str() {
        "late_delivery" => Ok("Full refund from the 7th day after the promised date.".to_owned()),
        "damaged" => Ok("Full refund within 30 days, with a photo of the damage.".to_owned()),
        other => Err(ToolError::NoPolicy(other.to_owned())),
    }
}

#[step("agent.response_format")]
fn format_reply(customer: &Customer, text: &str) -> String {
    format!("Dear {},\n\n{text}\n\nYour support team", customer.name)
}

/// What the model is told about the tools. Each takes one string.
fn tools() -> Vec<Tool> {
    let tool = |name: &str, description: &str, argument: &str| {
        let function = FunctionObject {
            name: name.to_owned(),
            description: Some(description.to_owned()),
            parameters: Some(json!({
                "type": "object",
                "properties": {argument: {"type": "string"}},
                "required": [argument],
                "additionalProperties": false,
            })),
            strict: Some(true),
        };
        Tool::Function(ChatCompletionTool { function })
    };
    let parcel = "Says where the parcel of an order is.";
    let policy = "Says when we refund, by reason: `late_delivery` or `damaged`.";
    vec![tool("track_parcel", parcel, "order_id"), tool("refund_policy", policy, "reason")]
}

#[derive(Deserialize)]
struct ParcelQuery {
    order_id: String,
}

#[derive(Deserialize)]
struct PolicyQuery {
    reason: String,
}

#[derive(Debug, Error)]
enum ToolError {
    #[error("the carrier did not answer in time")]
    CarrierTimeout,
    #[error("there is no policy for '{0}'")]
    NoPolicy(String),
    #[error("there is no tool '{0}'")]
    Unknown(String),
    #[error("the arguments are not as described: {0}")]
    Arguments(#[from] serde_json::Error),
}

/// Stands for the carrier's service, which is having a bad day: its first answer comes too late.
async fn carrier_status(order_id: &str) -> String {
    static AWAKE: AtomicBool = AtomicBool::new(false);
    if !AWAKE.swap(true, Ordering::Relaxed) {
        sleep(Duration::from_secs(5)).await;
    }
    format!("The parcel of order {order_id} is out for delivery today.")
}

//! An answer that is scored after it was given.
//!
//! A second model judges the answer of the first. Its verdict is recorded of the run that gave the answer,
//! though that run is over: by the context of its span, which was kept, and of the model's response by its
//! id. Both are log events, `gen_ai.evaluation.result`; without an endpoint they are printed.
//!
//! ```console
//! $ cargo run --example evaluate
//! ```
//!
//! Without `OPENAI_API_KEY` a scripted server on a loopback port plays both models.

use agent_trace_examples::{Endpoint, scripts};
use agent_trace_runtime::opentelemetry::trace::SpanContext;
use agent_trace_runtime::{Evaluation, agent, current, llm_call};
use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::OpenAIError;
use async_openai::types::chat::{
    ChatCompletionRequestUserMessage as UserMessage, CreateChatCompletionRequest as Request,
    CreateChatCompletionResponse as Response,
};

type Model = Client<OpenAIConfig>;

/// What was answered, and what the answer can be found by later.
struct Answer {
    text: String,
    response_id: String,
    span: SpanContext,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let telemetry = agent_trace_runtime::init()?;

    let endpoint = Endpoint::from_env_or(scripts::judged()).await?;
    let config =
        OpenAIConfig::new().with_api_base(endpoint.base_url()).with_api_key(endpoint.api_key());
    let model = Client::with_config(config);

    let question = "How long do I have to return headphones?";
    let answer = answer(&model, question).await?;
    println!("{}", answer.text);

    match judge(&model, question, &answer.text).await?.parse::<f64>() {
        Ok(score) => {
            let label = if score >= 0.5 { "relevant" } else { "irrelevant" };
            let relevance = Evaluation::new("relevance").score(score).label(label);
            relevance.record_of_span(&answer.span);
        }
        Err(_) => Evaluation::new("relevance").failed("no_score").record_of_span(&answer.span),
    }
    let is_brief = answer.text.len() <= 120;
    let brevity = Evaluation::new("brevity").label(if is_brief { "pass" } else { "fail" });
    brevity.record_of_response(answer.response_id);

    telemetry.shutdown()?;
    Ok(())
}

#[agent(name = "support")]
async fn answer(model: &Model, question: &str) -> Result<Answer, OpenAIError> {
    let response = ask(model, question).await?;
    Ok(Answer {
        response_id: response.id.clone(),
        text: text(response),
        span: current().span_context(),
    })
}

#[agent(name = "judge")]
async fn judge(model: &Model, question: &str, answer: &str) -> Result<String, OpenAIError> {
    let task = format!(
        "How relevant is the answer to the question? Say a number from 0 to 1.\n\
         Question: {question}\nAnswer: {answer}"
    );
    ask(model, &task).await.map(text)
}

#[llm_call(model = "gpt-4o")]
async fn ask(model: &Model, prompt: &str) -> Result<Response, OpenAIError> {
    let request = Request {
        model: "gpt-4o".to_owned(),
        messages: vec![UserMessage::from(prompt).into()],
        ..Default::default()
    };
    model.chat().create(request).await
}

fn text(response: Response) -> String {
    let choice = response.choices.into_iter().next();
    choice.and_then(|choice| choice.message.content).unwrap_or_default()
}

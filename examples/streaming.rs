//! An answer that is printed word by word, as it comes from the model.
//!
//! The span of the model call lasts as long as the stream: it has the time to the first chunk, and the
//! tokens that the last one tells. Press Ctrl-C half-way, and the call ends as abandoned, the agent's run
//! as cancelled; both are still shown.
//!
//! ```console
//! $ cargo run --example streaming           # or with the milliseconds between two words
//! $ cargo run --example streaming -- 500
//! ```
//!
//! Without `OPENAI_API_KEY` a scripted server on a loopback port plays the model.

use std::io::{Write, stdout};
use std::process::ExitCode;
use std::time::Duration;

use agent_trace_examples::{Endpoint, scripts};
use agent_trace_runtime::{Run, agent, llm_call};
use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::OpenAIError;
use async_openai::types::chat::{
    ChatCompletionRequestUserMessage as UserMessage, ChatCompletionResponseStream as Chunks,
    ChatCompletionStreamOptions as StreamOptions, CreateChatCompletionRequest as Request,
};
use futures::StreamExt;
use thiserror::Error;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let telemetry = agent_trace_runtime::init()?;

    let pause = std::env::args().nth(1).map_or(Ok(20), |pause| pause.parse())?;
    let endpoint = Endpoint::from_env_or(scripts::tides(Duration::from_millis(pause))).await?;
    let config =
        OpenAIConfig::new().with_api_base(endpoint.base_url()).with_api_key(endpoint.api_key());
    let model = Client::with_config(config);

    match telemetry.run_until_signal(tell(&model, "Why are there two tides a day?")).await {
        Run::Finished(told) => told?,
        Run::Stopped(signal) => return Ok(signal.exit_code()),
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Debug, Error)]
enum TellError {
    #[error("the model could not be asked: {0}")]
    Model(#[from] OpenAIError),
    #[error("the answer could not be printed: {0}")]
    Print(#[from] std::io::Error),
}

/// Prints the answer as it comes.
#[agent(name = "teacher")]
async fn tell(model: &Client<OpenAIConfig>, question: &str) -> Result<(), TellError> {
    let mut chunks = ask(model, question).await?;
    while let Some(chunk) = chunks.next().await {
        for choice in chunk?.choices {
            write!(stdout(), "{}", choice.delta.content.unwrap_or_default())?;
            stdout().flush()?;
        }
    }
    writeln!(stdout())?;
    Ok(())
}

/// One request to the model. The span ends with the stream that this returns, and reads its chunks.
#[llm_call(model = "gpt-4o")]
async fn ask(model: &Client<OpenAIConfig>, question: &str) -> Result<Chunks, OpenAIError> {
    let request = Request {
        model: "gpt-4o".to_owned(),
        messages: vec![UserMessage::from(question).into()],
        // The service tells the tokens of a stream only where it is asked to.
        stream_options: Some(StreamOptions { include_usage: Some(true), ..Default::default() }),
        ..Default::default()
    };
    model.chat().create_stream(request).await
}

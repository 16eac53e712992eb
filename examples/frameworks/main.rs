//! The kit around frameworks: what `rig-core` and `langchain-rust` do, with one span for each call of a model.
//!
//! A framework has its own loop and its own client. What is annotated is the seam: the function that asks the model,
//! the tools, and the function that runs the agent.
//!
//! ```console
//! $ cargo run -p agent-trace-examples --example frameworks --features frameworks
//! ```
//!
//! Both have spans of `tracing` with tokens on them, too. These go nowhere: what `tracing` sends along are records, and
//! only the annotated calls are spans, so nothing is counted twice.
//!
//! Without `OPENAI_API_KEY` a scripted server on a loopback port plays the model.

mod langchain;
mod rig;

use std::error::Error;

use agent_trace_examples::{Endpoint, scripts};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

const QUESTION: &str = "Where is my order A-1042, and can I get my money back?";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let telemetry = agent_trace_runtime::init()?;
    // Below a warning, langchain writes down what tools are called with.
    let kept = Targets::new()
        .with_default(LevelFilter::INFO)
        .with_target("langchain_rust", LevelFilter::WARN);
    tracing_subscriber::registry().with(telemetry.tracing_layer()).with(kept).init();

    let endpoint = Endpoint::from_env_or(scripts::support()).await?;
    println!("{}\n", rig::answer(&rig::model(&endpoint), QUESTION).await?);
    println!("{}", langchain::answer(langchain::agent(&endpoint)?, QUESTION).await?);
    telemetry.shutdown()?;
    Ok(())
}

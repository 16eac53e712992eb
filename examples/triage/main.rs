//! Three agents in three services, and one trace through all of them.
//!
//! A triage agent asks a specialist in another service over HTTP. The specialist looks the order up with a tool of a
//! child process, over MCP, and has its findings summarized by an agent of a third service, over gRPC. This program
//! starts all of them, asks a question, prints the one tree that comes of it, and stops them again.
//!
//! ```console
//! $ cargo run --example triage
//! ```
//!
//! Without `OPENAI_API_KEY` a scripted server on a loopback port plays the model.

mod model;
mod service;
mod specialist;
mod summarizer;
mod tools;
mod tree;
mod triage;

use std::env;
use std::error::Error;

use agent_trace_examples::{Endpoint, scripts};
use agent_trace_tests::Collector;
use service::Service;

/// How many spans the whole request makes.
const SPANS: usize = 19;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Each service is this program again, by its name.
    match env::args().nth(1).as_deref() {
        Some("triage") => return triage::serve().await,
        Some("specialist") => return specialist::serve().await,
        Some("summarizer") => return summarizer::serve().await,
        Some("tools") => return tools::serve().await,
        _ => {}
    }

    let collector = Collector::http();
    let model = Endpoint::from_env_or(scripts::triage()).await?;
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint()),
        ("OPENAI_BASE_URL", model.base_url().to_owned()),
        ("OPENAI_API_KEY", model.api_key().to_owned()),
    ];
    let summarizer = Service::start("summarizer", &variables, "")?;
    let specialist = Service::start("specialist", &variables, &summarizer.address)?;
    let triage = Service::start("triage", &variables, &specialist.address)?;

    let question = "Where is my order A-1042, and can I get my money back?";
    let request = reqwest::Client::new().post(format!("http://{}/ask", triage.address));
    let request = request.header("x-conversation", "conversation-17").body(question);
    let answer = request.send().await?.error_for_status()?.text().await?;
    println!("{answer}\n");

    // What a service has recorded is sent before it ends.
    for service in [triage, specialist, summarizer] {
        service.stop()?;
    }
    let received = tokio::task::spawn_blocking(move || {
        collector.wait_for_spans(SPANS);
        collector.received()
    });
    print!("{}", tree::of(&received.await?));
    Ok(())
}

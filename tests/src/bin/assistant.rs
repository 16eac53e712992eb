//! An assistant of a shop, run by tests as a process of its own. It reads lines from stdin, and prints one for each.
//!
//! `flush` sends what waits: `sent`, or `not sent` and why. Anything else is a question: `answered` in which trace.

use std::io::stdin;

use agent_trace_runtime::{Evaluation, Usage, agent, current, llm_call, retrieval, tool};

/// Gives the trace that tells how the answer came about, as a part of it.
#[agent(name = "assistant", capture(input = question, output))]
async fn answer(question: &str) -> String {
    let page = search(question).await.join(" ");
    let reply = ask(&format!("{question} {page}")).await;
    // A model reads what went wrong as it reads a result.
    let carrier = track(1042).unwrap_or_else(|error| error);
    current().record_evaluation(Evaluation::new("relevance").score(0.75).label("relevant"));
    let trace = current().span_context().trace_id();
    format!("{trace} {reply} {carrier}, {}.", refund(1042))
}

#[retrieval(data_source = "handbook", capture(query = question, documents))]
async fn search(question: &str) -> Vec<String> {
    vec![format!("A page on: {question}")]
}

#[llm_call(
    model = "gpt-4o",
    temperature = 0.5,
    usage = |_| Usage::new(412, 38).cached_input(200),
    capture(input = prompt, output = |reply| *reply)
)]
async fn ask(prompt: &str) -> &'static str {
    "It is late."
}

#[tool(error_type = |_| "carrier_away", capture(arguments, result))]
fn track(order: u32) -> Result<String, String> {
    Err("the carrier does not answer".to_owned())
}

#[tool(capture(arguments, result))]
fn refund(order: u32) -> &'static str {
    "refunded"
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let telemetry = agent_trace_runtime::init()?;
    for line in stdin().lines() {
        match line?.as_str() {
            "flush" => match telemetry.flush() {
                Ok(()) => println!("sent"),
                Err(error) => println!("not sent: {error}"),
            },
            question => println!("answered {}", answer(question).await),
        }
    }
    telemetry.shutdown()?;
    Ok(())
}

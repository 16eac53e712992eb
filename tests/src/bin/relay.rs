//! A traced program that takes up a context and passes it on, run by tests as a process of its own.
//!
//! Reads a JSON object with headers from stdin and prints the one that it would send on to 127.0.0.1.

use agent_trace_runtime::{agent, propagation};
use serde_json::{Value, json};

#[agent(name = "relay", parent = came)]
fn relay(came: &Value) -> Value {
    let mut leaves = json!({});
    propagation::inject_for("127.0.0.1", &mut leaves);
    leaves
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let telemetry = agent_trace_runtime::init()?;
    println!("{}", relay(&serde_json::from_reader(std::io::stdin())?));
    telemetry.shutdown()?;
    Ok(())
}

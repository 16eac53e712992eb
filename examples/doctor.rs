//! Whether telemetry arrives where the environment sends it, and what to do where it does not.
//!
//! ```console
//! $ OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317 cargo run --example doctor
//! ```
//!
//! Exits with 1 where there is a problem, so that it can stand before a deployment.

use std::process::ExitCode;

fn main() -> ExitCode {
    let diagnosis = agent_trace_runtime::doctor();
    print!("{diagnosis}");
    if diagnosis.is_healthy() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

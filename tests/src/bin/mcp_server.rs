//! The tools over stdio, with telemetry as the variables say: what a client starts as a child process.

use agent_trace_runtime::mcp::Traced;
use agent_trace_tests::Tools;
use rmcp::ServiceExt;
use rmcp::transport::stdio;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let telemetry = agent_trace_runtime::init()?;
    let server = Traced::new(Tools).serve(stdio()).await?;
    server.waiting().await?;
    telemetry.shutdown()?;
    Ok(())
}

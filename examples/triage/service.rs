//! A service in a process of its own.

use std::env;
use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use agent_trace_runtime::Telemetry;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

/// A running service. It stops when its input ends.
pub(crate) struct Service {
    pub(crate) address: String,
    child: Child,
}

impl Service {
    /// Starts the service of this name, which is told where the next one is.
    pub(crate) fn start(
        name: &str,
        variables: &[(&str, String)],
        next: &str,
    ) -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(env::current_exe()?)
            .args([name, next])
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .env("OTEL_SERVICE_NAME", name)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("the output is a pipe")?;
        let mut address = String::new();
        BufReader::new(output).read_line(&mut address)?;
        Ok(Self { address: address.trim().to_owned(), child })
    }

    /// Ends the service in good order, and waits for that.
    pub(crate) fn stop(mut self) -> Result<(), Box<dyn Error>> {
        drop(self.child.stdin.take());
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { Err(format!("a service ended: {status}").into()) }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

/// The socket that a service listens on, whose address it tells.
pub(crate) async fn listen() -> Result<TcpListener, Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    Ok(listener)
}

/// Where the next service is.
pub(crate) fn next() -> Result<String, Box<dyn Error>> {
    Ok(env::args().nth(2).ok_or("the address of the next service is missing")?)
}

/// Ready when the service is told to stop.
pub(crate) async fn stopped() {
    let _ = tokio::io::stdin().read(&mut [0]).await;
}

/// Telemetry as the variables say. Baggage tells the conversation, to services on this machine only.
pub(crate) fn telemetry() -> Result<Telemetry, Box<dyn Error>> {
    let telemetry = Telemetry::builder()
        .baggage_keys(["gen_ai.conversation.id"])
        .baggage_hosts(["127.0.0.1", "localhost"])
        .install()?;
    Ok(telemetry)
}

//! A process that is killed while the collector is away.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use agent_trace_tests::Collector;

use crate::{numbers, wait_until};

/// A process that ends with its test.
struct Process(Child);

impl Process {
    fn start(endpoint: &str, folder: &Path, first: i64, count: i64) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spooling"));
        command.args([first.to_string(), count.to_string()]).env_clear();
        command.env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
        command.env("OTEL_METRICS_EXPORTER", "none").env("OTEL_LOGS_EXPORTER", "none");
        command.env("AGENT_TRACE_SPOOL_DIRECTORY", folder);
        Self(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap())
    }

    /// Waits for its next line.
    fn line(&mut self) -> String {
        let mut line = String::new();
        let stdout = self.0.stdout.as_mut().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        line
    }

    /// As `kill -9` does.
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn what_was_spooled_outlives_kills_and_arrives_once() {
    let folder = std::env::temp_dir().join(format!("agent-trace-kill-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let address = Collector::http().address();
    let endpoint = format!("http://{address}");
    wait_until("the port", || std::net::TcpStream::connect(address).is_err());

    // Two at once, and one after them: none of them reaches anybody.
    let mut first = Process::start(&endpoint, &folder, 0, 5_000);
    let mut second = Process::start(&endpoint, &folder, 5_000, 5_000);
    assert_eq!((first.line(), second.line()), ("spooled\n".to_owned(), "spooled\n".to_owned()));
    first.kill();
    let mut third = Process::start(&endpoint, &folder, 10_000, 2_000);
    assert_eq!(third.line(), "spooled\n");
    third.kill();
    second.kill();

    let collector = Collector::http_at(address);
    let mut last = Process::start(&endpoint, &folder, 0, 0);
    assert_eq!(last.line(), "empty\n");
    let delivered = numbers(&collector.spans());
    assert_eq!(delivered.len(), 12_000);
    assert!(delivered.values().all(|count| *count == 1));
    let _ = std::fs::remove_dir_all(folder);
}

//! rotel, a collector that prints what it receives.

use std::net::TcpStream;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use agent_trace_tests::software::{Process, Software, free_ports};

use crate::printed::{Printed, read};

static ROTEL: Software = Software::python("rotel", "rotel", include_str!("requirements/rotel.txt"));

/// The collector, with its ports: it can be killed and started again in its place.
pub(crate) struct Rotel {
    process: Process,
    program: String,
    grpc: u16,
    http: u16,
}

impl Rotel {
    /// A running one; `None` where it cannot be had.
    pub(crate) fn start() -> Option<Self> {
        let folder = ROTEL.installed(env!("CARGO_TARGET_TMPDIR"))?;
        let python = folder.join("bin/python");
        let find =
            "import rotel, pathlib; print(pathlib.Path(rotel.__file__).with_name('rotel-agent'))";
        let output = Command::new(python).args(["-c", find]).output().unwrap();
        let program = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        let [grpc, http] = free_ports();
        Some(Self { process: run(&program, grpc, http), program, grpc, http })
    }

    /// Kills it, as a crash would.
    pub(crate) fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again, with nothing printed yet.
    pub(crate) fn restart(&mut self) {
        self.process = run(&self.program, self.grpc, self.http);
    }

    /// The endpoint for this protocol.
    pub(crate) fn endpoint(&self, protocol: &str) -> String {
        let port = if protocol == "grpc" { self.grpc } else { self.http };
        format!("http://127.0.0.1:{port}")
    }

    /// Waits until a span of this name is printed of each of these traces.
    pub(crate) fn wait_for_span(&self, name: &str, traces: &[&str]) {
        self.process.wait_for("span", |text| {
            let printed = read(text);
            let is_there = |trace: &&str| {
                printed.iter().any(|printed| {
                    printed.field("Name") == name && printed.field("Trace ID") == *trace
                })
            };
            traces.iter().all(is_there).then_some(())
        });
    }

    /// Lets it end, and gives all that it has received.
    pub(crate) fn stop(self) -> Vec<Printed> {
        read(&self.process.terminate())
    }
}

fn run(program: &str, grpc: u16, http: u16) -> Process {
    let mut command = Command::new(program);
    command.arg("start").args(["--exporter", "blackhole", "--debug-log-verbosity", "detailed"]);
    for signal in ["traces", "metrics", "logs"] {
        command.args(["--debug-log", signal]);
    }
    command.args(["--otlp-grpc-endpoint", &format!("127.0.0.1:{grpc}")]);
    command.args(["--otlp-http-endpoint", &format!("127.0.0.1:{http}")]);
    let process = Process::start(&mut command);
    // It says that it starts, and not that it listens.
    let deadline = Instant::now() + Duration::from_secs(20);
    for port in [grpc, http] {
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "it does not listen:\n{}", process.printed());
            thread::sleep(Duration::from_millis(5));
        }
    }
    process
}

//! From the process to its receivers: what is configured, what networks and receivers do to it, and what is left then.

mod backends;
mod doctor;
mod faults;
mod files;
mod lifecycle;
mod load;
mod observed;
mod prometheus;
mod spool;
mod tls;
mod variables;
mod zipkin;

use std::collections::HashMap;
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use agent_trace_runtime::{ExportCounts, Telemetry, step};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;

/// Telemetry is the process's: one test at a time installs it.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a test that waits most of the time in a process of its own, where no other waits for its turn.
fn apart(test: &str, body: impl FnOnce()) {
    const APART: &str = "AGENT_TRACE_APART";
    if std::env::var(APART).is_ok_and(|known| known == test) {
        return body();
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = command.args(["--exact", test, "--nocapture"]).env(APART, test).output().unwrap();
    let printed = text(&output.stdout);
    assert!(output.status.success(), "{printed}{}", text(&output.stderr));
    assert!(printed.contains("1 passed"), "{test} is no test: {printed}");
}

#[step("app.work", attributes("app.number" = number))]
fn work(number: i64) {}

/// How often each number has arrived.
fn numbers(spans: &[Span]) -> HashMap<i64, usize> {
    let mut counts = HashMap::new();
    for attribute in spans.iter().flat_map(|span| &span.attributes) {
        if attribute.key == "app.number"
            && let Some(Value::IntValue(number)) =
                attribute.value.as_ref().and_then(|value| value.value.as_ref())
        {
            *counts.entry(*number).or_default() += 1;
        }
    }
    counts
}

fn counts_of(telemetry: &Telemetry, kind: &str) -> ExportCounts {
    let all = telemetry.export_counts();
    all.into_iter().find(|(known, ..)| *known == kind).map(|(.., counts)| counts).unwrap()
}

/// Waits until something is so.
#[track_caller]
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < deadline, "{what} takes too long");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Runs the probe in a clean environment.
fn probe(ending: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_probe"));
    command.args(["current_thread", ending]).env_clear().envs(variables.iter().copied());
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

//! What the doctor says of each thing that can be wrong: the words that tell what to do.

mod configuration;
mod network;
mod receivers;
mod tls;

use agent_trace_runtime::{Diagnosis, Finding, Level, Protocol, Telemetry};
use agent_trace_tests::Collector;

use crate::{probe, text};

const PROTOCOLS: [Protocol; 3] = [Protocol::Grpc, Protocol::HttpProtobuf, Protocol::HttpJson];

fn collector(protocol: Protocol) -> Collector {
    if protocol == Protocol::Grpc { Collector::grpc() } else { Collector::http() }
}

fn diagnose(endpoint: &str, protocol: Protocol) -> Diagnosis {
    Telemetry::builder().service_name("support").endpoint(endpoint).protocol(protocol).doctor()
}

/// The finding of this level that has all of these words.
#[track_caller]
fn finding<'a>(diagnosis: &'a Diagnosis, level: Level, words: &[&str]) -> &'a Finding {
    let has_all = |finding: &&Finding| {
        let told = finding.to_string();
        finding.level == level && words.iter().all(|word| told.contains(word))
    };
    let found = diagnosis.findings().iter().find(has_all);
    found.unwrap_or_else(|| panic!("no {level} with {words:?} in:\n{diagnosis}"))
}

#[track_caller]
fn problem(diagnosis: &Diagnosis, words: &[&str]) {
    assert!(!diagnosis.is_healthy());
    let found = finding(diagnosis, Level::Problem, words);
    assert!(found.remedy.is_some(), "{found}");
}

/// What a process with these variables prints, and whether it finds no problem.
fn diagnosed(variables: &[(&str, &str)]) -> (bool, String) {
    let output = probe("doctor", variables);
    (output.status.success(), text(&output.stdout))
}

/// The line, and what is to be done, of the finding that begins like this.
#[track_caller]
fn told(report: &str, beginning: &str) -> String {
    let mut lines = report.lines().skip_while(|line| !line.starts_with(beginning));
    let line = lines.next().unwrap_or_else(|| panic!("no {beginning:?} in:\n{report}"));
    let remedy = lines.next().filter(|line| line.starts_with("         → "));
    format!("{line}{}", remedy.unwrap_or_default())
}

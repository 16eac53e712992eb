//! The doctor's example prints what it finds, and says by its exit code whether that is a problem.

use std::process::{Command, Output};

use agent_trace_tests::{Answer, Collector};

/// Runs the example as `cargo run --example doctor` does.
fn run(variables: &[(&str, &str)]) -> Output {
    let tests = std::env::current_exe().unwrap();
    let target = tests.parent().and_then(|deps| deps.parent()).unwrap();
    let program = target.join("examples/doctor");
    let output = Command::new(&program).env_clear().envs(variables.iter().copied()).output();
    output.unwrap_or_else(|error| panic!("{}: {error}", program.display()))
}

#[test]
fn it_exits_by_what_it_finds() {
    let collector = Collector::grpc();
    let endpoint = collector.endpoint();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-api-key=hidden"),
        ("OTEL_SERVICE_NAME", "support"),
    ];
    let output = run(&variables);
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{shown}");
    let delivered = format!(
        "ok       spans to {endpoint} (grpc): a test span, agent_trace.doctor, was delivered\n"
    );
    assert!(shown.contains(&delivered) && shown.contains("\n0 problems, 0 warnings\n"), "{shown}");
    assert_eq!(collector.spans()[0].name, "agent_trace.doctor");

    collector.answer(Answer::Status(401));
    let output = run(&variables);
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{shown}");
    let expected = "problem  spans, metrics and log events to ";
    assert!(shown.starts_with(expected), "{shown}");
    assert!(
        shown.contains("→ correct the value of x-api-key in OTEL_EXPORTER_OTLP_HEADERS"),
        "{shown}"
    );
    assert!(!shown.contains("hidden"), "{shown}");
}

//! The program that the README begins with prints the tree that the README shows, and delivers the
//! same spans over OTLP.

use std::path::PathBuf;
use std::process::{Command, Output};

use agent_trace_tests::Collector;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;

/// Names of the spans in the order of their starts.
const NAMES: [&str; 8] = [
    "invoke_agent support",
    "search_memory",
    "agent.prompt_assembly",
    "chat gpt-4o",
    "execute_tool track_parcel",
    "execute_tool refund_policy",
    "chat gpt-4o",
    "agent.response_format",
];

/// Runs the example as `cargo run --example support_agent` does, without a key.
fn run(variables: &[(&str, &str)]) -> Output {
    run_with(&[], variables)
}

fn run_with(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let tests = std::env::current_exe().unwrap();
    let target = tests.parent().and_then(|deps| deps.parent()).unwrap();
    let program: PathBuf = target.join("examples/support_agent");
    let mut command = Command::new(&program);
    command.args(arguments).env_clear().envs(variables.iter().copied());
    let output = command.output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// The tree with every duration as `#`, padded as little as can be.
fn without_durations(tree: &str) -> String {
    let mut text = String::new();
    for line in tree.lines().skip(1) {
        let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
        let unit = words.iter().position(|word| ["µs", "ms", "s"].contains(word)).unwrap();
        text.push_str(&words[..unit - 1].join(" "));
        text.push_str(" # ");
        text.push_str(&words[unit + 1..].join(" "));
        text.push('\n');
    }
    text
}

#[test]
fn the_console_shows_the_tree_of_the_readme() {
    let output = run(&[("OTEL_SERVICE_NAME", "support")]);
    let tree = String::from_utf8(output.stderr).unwrap();
    let expected = "\
invoke_agent support # ok
├─ search_memory # ok
├─ agent.prompt_assembly # ok
├─ chat gpt-4o # 236→49 ok
├─ execute_tool track_parcel # error support_agent::ToolError
├─ execute_tool refund_policy # ok
├─ chat gpt-4o # 331→62 ok
└─ agent.response_format # ok
";
    assert_eq!(without_durations(&tree), expected, "{tree}");
    let headline = tree.lines().next().unwrap();
    assert!(headline.starts_with("support · "), "{headline}");
    assert!(headline.contains(" · 8 spans · 567→111 tokens · 1 error · trace "), "{headline}");
    assert!(!tree.contains('\u{1b}'), "a pipe is not coloured");
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("Dear Ada"));

    let readme = include_str!("../../README.md");
    let shown = readme.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert_eq!(without_durations(shown), expected, "the README shows another tree");
}

#[test]
fn colours_are_for_those_who_want_them() {
    let coloured = run(&[("CLICOLOR_FORCE", "1")]);
    assert!(String::from_utf8(coloured.stderr).unwrap().contains('\u{1b}'));
    let plain = run(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]);
    assert!(!String::from_utf8(plain.stderr).unwrap().contains('\u{1b}'));
}

#[test]
fn an_endpoint_gets_exactly_these_spans_once() {
    for protocol in ["grpc", "http/protobuf", "http/json"] {
        let collector = if protocol == "grpc" { Collector::grpc() } else { Collector::http() };
        let output = run(&[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("OTEL_SERVICE_NAME", "support"),
        ]);
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "no console beside an endpoint");

        let spans = collector.spans();
        let names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
        assert_eq!(names, NAMES, "{protocol}");
        assert!(spans[1..].iter().all(|span| span.parent_span_id == spans[0].span_id));
        let failed: Vec<&str> = spans.iter().filter(|span| is_error(span)).map(name).collect();
        assert_eq!(failed, ["execute_tool track_parcel"]);
        assert_eq!(collector.resource().get("service.name").map(String::as_str), Some("support"));
    }
}

fn name(span: &Span) -> &str {
    &span.name
}

fn is_error(span: &Span) -> bool {
    span.status.as_ref().is_some_and(|status| status.code() == StatusCode::Error)
}

#[test]
fn requests_are_shown_below_their_calls_where_that_is_wanted() {
    let output = run_with(&["--http"], &[("OTEL_SERVICE_NAME", "support")]);
    let tree = String::from_utf8(output.stderr).unwrap();
    let calls = "├─ chat gpt-4o # 236→49 ok\n│ └─ POST # ok\n";
    assert!(without_durations(&tree).contains(calls), "{tree}");
    assert!(tree.contains("567→111 tokens"), "what a call uses is counted once: {tree}");
}

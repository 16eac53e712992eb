//! The evaluation example records its scores of the right span and of the right response.

use std::path::PathBuf;
use std::process::{Command, Output};

use agent_trace_tests::Collector;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::LogRecord;

/// Runs the example as `cargo run --example evaluate` does, without a key.
fn run(variables: &[(&str, &str)]) -> Output {
    let tests = std::env::current_exe().unwrap();
    let target = tests.parent().and_then(|deps| deps.parent()).unwrap();
    let program: PathBuf = target.join("examples/evaluate");
    let output = Command::new(&program).env_clear().envs(variables.iter().copied()).output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn value(record: &LogRecord, key: &str) -> Option<Value> {
    let attribute = record.attributes.iter().find(|attribute| attribute.key == key)?;
    attribute.value.as_ref()?.value.clone()
}

#[test]
fn a_score_is_attached_to_the_run_that_it_is_about() {
    let collector = Collector::http();
    run(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint())]);
    let spans = collector.spans();
    let answered = spans.iter().find(|span| span.name == "invoke_agent support").unwrap();
    let records = collector.log_records();
    let [relevance, brevity] = &records[..] else { panic!("{records:?}") };

    assert_eq!(relevance.event_name, "gen_ai.evaluation.result");
    assert_eq!((&relevance.trace_id, &relevance.span_id), (&answered.trace_id, &answered.span_id));
    let score = value(relevance, "gen_ai.evaluation.score.value");
    assert_eq!(score, Some(Value::DoubleValue(0.9)));

    let asked = spans.iter().find(|span| span.parent_span_id == answered.span_id).unwrap();
    let id = asked.attributes.iter().find(|known| known.key == "gen_ai.response.id").unwrap();
    let id = id.value.as_ref().and_then(|value| value.value.clone());
    assert_eq!(value(brevity, "gen_ai.response.id"), id);
}

#[test]
fn without_an_endpoint_scores_are_printed() {
    let shown = String::from_utf8(run(&[]).stderr).unwrap();
    assert!(shown.contains("\nevaluation relevance 0.9 relevant · span "), "{shown}");
    assert!(shown.contains("\nevaluation brevity pass · response "), "{shown}");
}

//! Telemetry as lines of JSON in files.

use std::path::Path;

use agent_trace_runtime::Telemetry;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;

use crate::{numbers, probe, text, turn, work};

fn spans(path: &Path) -> Vec<Span> {
    let lines = std::fs::read_to_string(path).unwrap();
    let requests = lines.lines().map(|line| {
        serde_json::from_str::<ExportTraceServiceRequest>(line).expect("a request on each line")
    });
    let resources = requests.flat_map(|request| request.resource_spans);
    let scopes = resources.flat_map(|resource| resource.scope_spans);
    scopes.flat_map(|scope| scope.spans).collect()
}

#[test]
fn each_signal_has_a_file_by_variables() {
    let folder = std::env::temp_dir().join(format!("agent-trace-files-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let place = folder.display().to_string();
    let variables = [
        ("OTEL_TRACES_EXPORTER", "otlp/file"),
        ("OTEL_METRICS_EXPORTER", "otlp/file"),
        ("OTEL_LOGS_EXPORTER", "otlp/file"),
        ("AGENT_TRACE_FILE_DIRECTORY", place.as_str()),
    ];
    for _ in 0..2 {
        let output = probe("shutdown", &variables);
        assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    }
    assert_eq!(spans(&folder.join("traces.jsonl")).len(), 6, "files are appended to");
    let metrics = std::fs::read_to_string(folder.join("metrics.jsonl")).unwrap();
    assert!(metrics.lines().all(|line| line.contains("resourceMetrics")), "{metrics}");
    let logs = std::fs::read_to_string(folder.join("logs.jsonl")).unwrap();
    assert!(logs.contains("gen_ai.evaluation.result"), "{logs}");
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn files_are_put_aside_by_their_size() {
    let _turn = turn();
    let folder = std::env::temp_dir().join(format!("agent-trace-rotated-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let telemetry = Telemetry::builder().file(&folder).file_rotation(2_000, 2).install().unwrap();
    for number in 0..20 {
        work(number);
        telemetry.flush().unwrap();
    }
    telemetry.shutdown().unwrap();
    let sizes = |name: &str| folder.join(name).metadata().map(|known| known.len());
    let names = ["traces.jsonl", "traces.1.jsonl", "traces.2.jsonl"];
    for name in names {
        assert!(sizes(name).unwrap() <= 2_000, "{name}");
    }
    assert!(sizes("traces.3.jsonl").is_err(), "no more are kept");
    let kept: Vec<Span> = names.iter().rev().flat_map(|name| spans(&folder.join(name))).collect();
    let mut kept: Vec<i64> = numbers(&kept).into_keys().collect();
    kept.sort_unstable();
    let first = kept[0];
    assert!(first > 0);
    assert_eq!(kept, (first..20).collect::<Vec<_>>(), "the last ones, without a gap");
    let _ = std::fs::remove_dir_all(folder);
}

//! That metrics and events are those of the conventions' data, where `AGENT_TRACE_SEMCONV_DIR` says where
//! that is.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use agent_trace_runtime::Conventions;
use agent_trace_runtime::testing::{RecordedMetric, Recorder};
use agent_trace_tests::conventions::{data, table};

use crate::support::{answer, ask, call_remote, drain, embed, recall, retrieve, run, stream, work};

fn everything(conventions: Conventions) -> Recorder {
    let recorder = Recorder::builder().conventions(conventions).inference_details(true).install();
    run(work());
    run(answer());
    let _ = run(ask(true));
    let _ = run(embed());
    run(retrieve());
    run(recall());
    run(call_remote());
    drain(stream(3));
    recorder
}

/// What the release calls a metric of today, by the table of both.
fn former(folder: &Path) -> HashMap<String, String> {
    let rows = table(folder, "profiles.tsv");
    let renamed = rows
        .iter()
        .filter(|row| row["topic"].ends_with("metric") && row["v1.41.1"].starts_with("gen_ai."));
    renamed
        .map(|row| {
            let first = |column: &str| row[column].split(' ').next().unwrap().to_owned();
            (first("v1.41.1"), first("genai_main_6fd0d76"))
        })
        .collect()
}

#[test]
fn metrics_are_those_of_the_data() {
    let Some(folder) = data() else { return };
    let metrics = table(&folder, "metrics.tsv");
    let attributes = table(&folder, "metric_attributes.tsv");
    let former = former(&folder);
    for conventions in [Conventions::Latest, Conventions::Released] {
        let recorder = everything(conventions);
        for metric in recorder.metrics() {
            let name = metric.name();
            let now = match (conventions, name) {
                // The release has one histogram of tokens, and one duration of all calls of services.
                (Conventions::Released, "gen_ai.client.token.usage") => {
                    "gen_ai.client.inference.operation.input_tokens"
                }
                (Conventions::Released, "gen_ai.client.operation.duration") => name,
                (Conventions::Released, _) => former.get(name).map_or(name, String::as_str),
                _ => name,
            };
            let row = metrics.iter().find(|row| row["name"] == now);
            let row = row.unwrap_or_else(|| panic!("{conventions:?} has no {name}"));
            compare(&metric, row, &attributes, now);
        }
    }
}

fn compare(
    metric: &RecordedMetric,
    row: &HashMap<String, String>,
    attributes: &[HashMap<String, String>],
    now: &str,
) {
    let name = metric.name();
    assert_eq!(metric.unit(), row["unit"], "{name}");
    let boundaries: Vec<f64> = row["bucket_boundaries"]
        .split(',')
        .filter(|boundary| !boundary.is_empty())
        .map(|boundary| boundary.parse().unwrap())
        .collect();
    let of_metric: Vec<_> = attributes.iter().filter(|known| known["metric"] == now).collect();
    let allowed: HashSet<&str> =
        of_metric.iter().map(|known| known["attribute"].as_str()).collect();
    for series in metric.series() {
        assert_eq!(series.boundaries(), boundaries, "{name}");
        for attribute in series.attributes() {
            let key = attribute.key.as_str();
            assert!(allowed.contains(key) || key == "gen_ai.token.type", "{name} has {key}");
        }
        for known in of_metric.iter().filter(|known| known["requirement_level"] == "required") {
            let key = &known["attribute"];
            assert!(series.attribute(key).is_some(), "{name} lacks {key}");
        }
    }
}

#[test]
fn every_metric_of_a_client_is_there() {
    let Some(folder) = data() else { return };
    let recorder = everything(Conventions::Latest);
    let seen: HashSet<String> =
        recorder.metrics().iter().map(|metric| metric.name().to_owned()).collect();
    for row in table(&folder, "metrics.tsv") {
        let name = &row["name"];
        // Model servers and MCP have metrics of their own.
        if name.starts_with("gen_ai.") && !name.contains(".server.") {
            assert!(seen.contains(name), "{name} has no value");
        }
    }
    let released = everything(Conventions::Released);
    for name in former(&folder).keys().chain([&"gen_ai.client.token.usage".to_owned()]) {
        assert!(released.metrics().iter().any(|metric| metric.name() == name), "{name}");
    }
}

#[test]
fn events_are_those_of_the_data() {
    let Some(folder) = data() else { return };
    let allowed = table(&folder, "event_attributes.tsv");
    let recorder = everything(Conventions::Latest);
    assert!(!recorder.events().is_empty());
    for event in recorder.events() {
        let of_event: Vec<_> = allowed.iter().filter(|row| row["event"] == event.name()).collect();
        assert!(!of_event.is_empty(), "{}", event.name());
        for key in event.attribute_keys() {
            assert!(of_event.iter().any(|row| row["attribute"] == key), "{} {key}", event.name());
        }
    }
}

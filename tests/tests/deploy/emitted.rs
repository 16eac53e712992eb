//! What the runtime emits, found by running annotated code against a real receiver.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use agent_trace_runtime::{Protocol, Telemetry};
use agent_trace_tests::software::free_ports;
use agent_trace_tests::{Answer, Collector};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use regex::Regex;

use crate::calls;
use crate::names::{self, Kind};

/// Values by key.
pub(crate) type Attributes = BTreeMap<String, BTreeSet<String>>;

#[derive(Debug)]
pub(crate) struct Emitted {
    /// The labels of each series, by the names that they have in Prometheus.
    pub(crate) series: BTreeMap<String, BTreeSet<String>>,
    pub(crate) of_spans: Attributes,
    pub(crate) of_events: Attributes,
    pub(crate) of_resource: Attributes,
    /// What the pull endpoint served of the same calls.
    scraped: String,
}

/// An address on which nobody listens now.
pub(crate) fn free_address() -> String {
    let [port] = free_ports();
    format!("127.0.0.1:{port}")
}

pub(crate) fn emitted() -> &'static Emitted {
    static EMITTED: OnceLock<Emitted> = OnceLock::new();
    EMITTED.get_or_init(run)
}

fn run() -> Emitted {
    let collector = Collector::http();
    let address = free_address();
    let telemetry = Telemetry::builder()
        .service_name("support")
        .error_messages(true)
        .endpoint(collector.endpoint())
        .protocol(Protocol::HttpProtobuf)
        .prometheus(&address)
        .install()
        .expect("telemetry");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let scraped = runtime.expect("a runtime").block_on(async {
        calls::all().await;
        let answer = reqwest::get(format!("http://{address}/metrics")).await;
        answer.expect("an answer").text().await.expect("metrics")
    });
    lose(&telemetry, &collector);
    telemetry.shutdown().expect("all is delivered");

    let mut emitted = Emitted {
        series: BTreeMap::new(),
        of_spans: BTreeMap::new(),
        of_events: BTreeMap::new(),
        of_resource: BTreeMap::new(),
        scraped,
    };
    for metric in collector.metrics() {
        let keys: BTreeSet<String> = attributes(&metric).map(|known| known.key.clone()).collect();
        emitted.add_series(&metric.name, &metric.unit, Kind::of(&metric), &keys);
    }
    for span in collector.spans() {
        gather(&mut emitted.of_spans, span.attributes);
    }
    for record in collector.log_records() {
        gather(&mut emitted.of_events, record.attributes);
    }
    for request in collector.received() {
        for spans in request.request.resource_spans {
            gather(&mut emitted.of_resource, spans.resource.unwrap_or_default().attributes);
        }
    }
    emitted
}

/// Lets spans and log events be lost in all ways: by now, the exporters have told of nothing but success.
fn lose(telemetry: &Telemetry, collector: &Collector) {
    telemetry.flush().expect("all is delivered");
    collector.answer(Answer::Unavailable);
    // More than the queues hold.
    for _ in 0..5_000 {
        let _ = calls::fail();
    }
    telemetry.flush().expect_err("it is unavailable");
    collector.answer(Answer::Refused);
    telemetry.flush().expect_err("it refuses them");
    collector.answer(Answer::Take);
}

impl Emitted {
    fn add_series(&mut self, name: &str, unit: &str, kind: Kind, keys: &BTreeSet<String>) {
        for series in names::series(name, unit, kind) {
            let mut labels: BTreeSet<String> = keys.iter().map(|key| names::label(key)).collect();
            if series.ends_with("_bucket") {
                labels.insert("le".to_owned());
            }
            self.series.entry(series).or_default().append(&mut labels);
        }
    }
}

fn attributes(metric: &Metric) -> Box<dyn Iterator<Item = &KeyValue> + '_> {
    match metric.data.as_ref().expect("a metric with data") {
        Data::Sum(sum) => Box::new(sum.data_points.iter().flat_map(|point| &point.attributes)),
        Data::Gauge(gauge) => {
            Box::new(gauge.data_points.iter().flat_map(|point| &point.attributes))
        }
        Data::Histogram(histogram) => {
            Box::new(histogram.data_points.iter().flat_map(|point| &point.attributes))
        }
        other => panic!("{other:?}"),
    }
}

fn gather(known: &mut Attributes, attributes: Vec<KeyValue>) {
    for KeyValue { key, value, .. } in attributes {
        let values = known.entry(key).or_default();
        if let Some(Value::StringValue(text)) = value.and_then(|value| value.value) {
            values.insert(text);
        }
    }
}

/// Pulled or pushed, a series has one name and the same labels; its scope is in labels of its own where it is pulled.
#[test]
fn the_pull_endpoint_has_the_same_names() {
    let emitted = emitted();
    let line = Regex::new(r"(?m)^(\w+)\{(.*)\} ").unwrap();
    let label = Regex::new(r#"(\w+)="(?:[^"\\]|\\.)*""#).unwrap();
    let mut scraped = BTreeMap::<&str, BTreeSet<&str>>::new();
    for found in line.captures_iter(&emitted.scraped) {
        let (_, [name, labels]) = found.extract();
        let labels = label.captures_iter(labels).map(|found| found.extract::<1>().1[0]);
        let labels = labels.filter(|label| !label.starts_with("otel_scope_"));
        scraped.entry(name).or_default().extend(labels);
    }
    let resource = scraped.remove("target_info").expect("the resource");
    let expected: BTreeSet<String> =
        emitted.of_resource.keys().map(|key| names::label(key)).collect();
    assert_eq!(resource, expected.iter().map(String::as_str).collect());

    // What was lost was lost after that.
    let is_loss = |name: &str, label: &str| name.starts_with("otel_sdk_") && label == "error_type";
    let pushed: BTreeMap<&str, BTreeSet<&str>> = emitted
        .series
        .iter()
        .map(|(name, labels)| {
            let labels = labels.iter().map(String::as_str);
            (&**name, labels.filter(|label| !is_loss(name, label)).collect())
        })
        .collect();
    assert_eq!(scraped, pushed);
}

/// The rest of this binary would pass with nothing emitted, had it no queries.
#[test]
fn metrics_spans_and_events_of_all_kinds_are_found() {
    let emitted = emitted();
    let labels = &emitted.series["gen_ai_client_operation_duration_seconds_count"];
    for label in
        ["gen_ai_provider_name", "gen_ai_request_model", "gen_ai_response_model", "error_type"]
    {
        assert!(labels.contains(label), "{labels:?}");
    }
    assert!(
        emitted.series.contains_key("gen_ai_client_operation_time_to_first_chunk_seconds_bucket")
    );
    assert!(emitted.series.contains_key("gen_ai_invoke_workflow_duration_seconds_sum"));
    for item in ["span", "log"] {
        for counter in ["exporter", "processor"] {
            let counted = if counter == "exporter" { "exported" } else { "processed" };
            let labels = &emitted.series[&format!("otel_sdk_{counter}_{item}_{counted}_total")];
            assert!(labels.contains("error_type"), "{labels:?}");
        }
    }
    assert!(emitted.of_spans["gen_ai.operation.name"].contains("execute_tool"));
    assert!(emitted.of_events.contains_key("exception.type"));
    assert!(emitted.of_resource["service.name"].contains("support"));
}

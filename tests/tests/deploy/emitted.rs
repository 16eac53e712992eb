//! What the runtime emits, found by running annotated code against a real receiver.

use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::sync::OnceLock;

use agent_trace_runtime::{Protocol, Telemetry};
use agent_trace_tests::Collector;
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

/// What each process tells of its own telemetry: name, unit, kind, attributes.
///
/// The only list of names here that is not found by running code: these come from the runtime's own table of
/// self-observation. As long as they are not found in an export, this list is what queries may name.
const SELF_OBSERVATION: &[(&str, &str, Kind, &[&str])] = &[
    ("otel.sdk.exporter.span.exported", "{span}", Kind::Counter, OF_COMPONENTS),
    ("otel.sdk.exporter.log.exported", "{log_record}", Kind::Counter, OF_COMPONENTS),
    ("otel.sdk.exporter.metric_data_point.exported", "{data_point}", Kind::Counter, OF_COMPONENTS),
    ("otel.sdk.processor.span.processed", "{span}", Kind::Counter, OF_COMPONENTS),
    ("otel.sdk.processor.log.processed", "{log_record}", Kind::Counter, OF_COMPONENTS),
    ("otel.sdk.processor.span.queue.size", "{span}", Kind::Gauge, OF_COMPONENTS),
    ("otel.sdk.processor.span.queue.capacity", "{span}", Kind::Gauge, OF_COMPONENTS),
    ("otel.sdk.processor.log.queue.size", "{log_record}", Kind::Gauge, OF_COMPONENTS),
    ("otel.sdk.processor.log.queue.capacity", "{log_record}", Kind::Gauge, OF_COMPONENTS),
    ("agent_trace.spool.size", "By", Kind::Gauge, OF_COMPONENTS),
    ("agent_trace.exporter.retries", "{request}", Kind::Counter, OF_COMPONENTS),
];
const OF_COMPONENTS: &[&str] = &["otel.component.name", "otel.component.type", "error.type"];

/// An address on which nobody listens now.
pub(crate) fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("the port").to_string()
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
    for (name, unit, kind, keys) in SELF_OBSERVATION {
        emitted.add_series(name, unit, *kind, &keys.iter().map(ToString::to_string).collect());
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

    let of_itself: Vec<String> = SELF_OBSERVATION
        .iter()
        .flat_map(|(name, unit, kind, _)| names::series(name, unit, *kind))
        .collect();
    let pushed = emitted.series.iter().filter(|(name, _)| !of_itself.contains(name));
    let pushed: BTreeMap<&str, BTreeSet<&str>> = pushed
        .map(|(name, labels)| (&**name, labels.iter().map(String::as_str).collect()))
        .collect();
    scraped.retain(|name, _| !of_itself.iter().any(|known| known == name));
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
    assert!(emitted.of_spans["gen_ai.operation.name"].contains("execute_tool"));
    assert!(emitted.of_events.contains_key("exception.type"));
    assert!(emitted.of_resource["service.name"].contains("support"));
}

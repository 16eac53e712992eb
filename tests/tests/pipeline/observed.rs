//! What telemetry tells of itself.

use agent_trace_runtime::{Loss, Telemetry};
use agent_trace_tests::{Answer, Collector};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{Metric, NumberDataPoint};

use crate::{counts_of, turn, work};

fn points(metric: &Metric) -> Vec<(Vec<String>, i64)> {
    let points: &[NumberDataPoint] = match metric.data.as_ref().unwrap() {
        Data::Sum(sum) => &sum.data_points,
        Data::Gauge(gauge) => &gauge.data_points,
        other => panic!("{other:?}"),
    };
    let label = |label: &KeyValue| {
        let value = label.value.as_ref().and_then(|value| value.value.as_ref());
        match value {
            Some(opentelemetry_proto::tonic::common::v1::any_value::Value::StringValue(text)) => {
                format!("{}={text}", label.key)
            }
            other => format!("{}={other:?}", label.key),
        }
    };
    let point = |point: &NumberDataPoint| {
        let mut labels: Vec<String> = point.attributes.iter().map(label).collect();
        labels.sort();
        match point.value {
            Some(Number::AsInt(number)) => (labels, number),
            other => panic!("{other:?}"),
        }
    };
    points.iter().map(point).collect()
}

#[test]
fn exports_and_losses_are_metrics_of_the_conventions() {
    let _turn = turn();
    let collector = Collector::grpc();
    let builder = Telemetry::builder().endpoint(collector.endpoint());
    let builder = builder.protocol(agent_trace_runtime::Protocol::Grpc);
    let telemetry = builder.install().unwrap();
    for number in 0..5 {
        work(number);
    }
    telemetry.flush().unwrap();
    collector.answer(Answer::Refused);
    for number in 0..3 {
        work(number);
    }
    assert!(telemetry.flush().is_err());
    collector.answer(Answer::Take);
    telemetry.flush().unwrap();

    let metrics = collector.metrics();
    let find = |name: &str| {
        let metric = metrics.iter().find(|metric| metric.name == name);
        let names: Vec<&str> = metrics.iter().map(|metric| metric.name.as_str()).collect();
        metric.unwrap_or_else(|| panic!("{name} in {names:?}"))
    };
    let exported = find("otel.sdk.exporter.span.exported");
    assert_eq!(exported.unit, "{span}");
    let component = [
        "otel.component.name=otlp_grpc_span_exporter/0".to_owned(),
        "otel.component.type=otlp_grpc_span_exporter".to_owned(),
    ];
    let failed = [vec!["error.type=refused".to_owned()], component.to_vec()].concat();
    let mut points_of = points(exported);
    points_of.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    assert_eq!(points_of, [(component.to_vec(), 5), (failed, 3)]);
    let processed = points(find("otel.sdk.processor.span.processed"));
    assert_eq!(processed.len(), 1);
    assert_eq!(processed[0].1, 8);
    assert_eq!(points(find("otel.sdk.processor.span.queue.size"))[0].1, 0);
    assert_eq!(points(find("otel.sdk.processor.span.queue.capacity"))[0].1, 2_048);
    for name in [
        "otel.sdk.exporter.log.exported",
        "otel.sdk.exporter.metric_data_point.exported",
        "otel.sdk.processor.log.processed",
        "otel.sdk.processor.log.queue.size",
        "otel.sdk.processor.log.queue.capacity",
        "agent_trace.exporter.retries",
        "agent_trace.queue.size",
        "agent_trace.spool.size",
    ] {
        find(name);
    }
    assert_eq!(counts_of(&telemetry, "spans").lost, [(Loss::Refused, 3)]);
    assert!(telemetry.lost() > 3, "metrics were refused with them");
    telemetry.shutdown().unwrap();
}

#[test]
fn losses_are_said_once_and_not_for_each_span() {
    let collector = Collector::http();
    let output = crate::probe(
        "shutdown",
        &[("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint()), ("OTEL_BSP_MAX_QUEUE_SIZE", "1")],
    );
    let warnings = crate::text(&output.stderr);
    assert!(warnings.lines().count() <= 1, "{warnings}");
}

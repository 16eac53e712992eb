//! The application's own records of `tracing` and `log` reach the endpoint, with the span that they happened in.

use agent_trace_runtime::{Protocol, Telemetry, tool};
use agent_trace_tests::Collector;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

#[tool]
fn look_up(order: u32) {
    tracing::warn!(order, "not found");
    log::info!("looked up");
}

#[test]
fn a_log_line_leads_to_its_trace() {
    let collector = Collector::http();
    let builder = Telemetry::builder().endpoint(collector.endpoint());
    let telemetry = builder.protocol(Protocol::HttpProtobuf).install().unwrap();
    // OpenTelemetry's crate for Prometheus, which other tests of this package need, switches its own records on.
    let is_ours = filter_fn(|metadata| !metadata.target().starts_with("opentelemetry"));
    let layer = telemetry.tracing_layer().with_filter(is_ours);
    tracing_subscriber::registry().with(layer).init();
    log::set_boxed_logger(Box::new(telemetry.logger().unwrap())).unwrap();
    log::set_max_level(log::LevelFilter::Info);

    look_up(7);
    tracing::info!("outside of a call");
    telemetry.shutdown().unwrap();

    let spans = collector.spans();
    let [span] = &spans[..] else { panic!("{spans:?}") };
    let records = collector.log_records();
    let text = |record: &opentelemetry_proto::tonic::logs::v1::LogRecord| match &record.body {
        Some(body) => match &body.value {
            Some(Value::StringValue(text)) => text.clone(),
            other => panic!("{other:?}"),
        },
        None => panic!("{record:?}"),
    };
    let texts: Vec<String> = records.iter().map(text).collect();
    assert_eq!(texts, ["not found", "looked up", "outside of a call"]);
    for record in &records[..2] {
        assert_eq!((&record.trace_id, &record.span_id), (&span.trace_id, &span.span_id));
    }
    assert!(records[2].trace_id.is_empty(), "it belongs to no trace");
}

//! A collector that is killed and comes back: the same process goes on sending to it.

use crate::assistant::Assistant;
use crate::collector::{assert_spans, of};
use crate::rotel::Rotel;

/// The last span of a question.
const LAST: &str = "invoke_agent assistant";

#[test]
fn over_grpc_what_waits_is_delivered_when_the_collector_is_back() {
    assert_goes_on("grpc");
}

#[test]
fn over_http_what_waits_is_delivered_when_the_collector_is_back() {
    assert_goes_on("http/protobuf");
}

fn assert_goes_on(protocol: &str) {
    let Some(mut rotel) = Rotel::start() else { return };
    let mut assistant = Assistant::start(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &rotel.endpoint(protocol)),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
        // Nothing is sent before it is asked for.
        ("OTEL_BSP_SCHEDULE_DELAY", "3600000"),
        ("OTEL_BLRP_SCHEDULE_DELAY", "3600000"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "3600000"),
    ]);
    let before = assistant.ask("Where is the first?");
    assert_eq!(assistant.flush(), "sent");
    rotel.wait_for_span(LAST, &[&before]);

    rotel.kill();
    let away = assistant.ask("Where is the second?");
    rotel.restart();
    let after = assistant.ask("Where is the third?");
    assert_eq!(assistant.flush(), "sent", "over a connection that is broken");
    rotel.wait_for_span(LAST, &[&away, &after]);

    rotel.kill();
    assistant.ask("Where is the fourth?");
    let said = assistant.flush();
    assert!(said.starts_with("not sent"), "{said}");
    assert!(said.contains(&rotel.endpoint(protocol)), "it says who is away: {said}");
    rotel.restart();
    let last = assistant.ask("Where is the fifth?");
    assert_eq!(assistant.flush(), "sent", "a failure is no end");
    rotel.wait_for_span(LAST, &[&last]);
    drop(assistant);

    let printed = rotel.stop();
    assert_spans(&printed, &last);
    let events = of(&printed, "LogRecord");
    assert!(events.iter().any(|event| event.field("Trace ID") == last));
    let agents = of(&printed, "Metric").into_iter();
    let mut agents = agents.filter(|m| m.attribute("Name") == Some("gen_ai.invoke_agent.duration"));
    let agents = agents.next().expect("the agents' durations");
    assert_eq!(agents.points[0].field("Count"), "5", "metrics lose nothing");
}

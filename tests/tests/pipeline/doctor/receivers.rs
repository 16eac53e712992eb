//! What receivers answer.

use std::time::Duration;

use agent_trace_runtime::{Level, Protocol, Telemetry};
use agent_trace_tests::{Answer, Collector};

use super::{PROTOCOLS, collector, diagnose, diagnosed, finding, problem, told};
use crate::{turn, work};

#[test]
fn what_arrives_is_said_of_each_signal_over_each_protocol() {
    for protocol in PROTOCOLS {
        let collector = collector(protocol);
        let builder = Telemetry::builder().service_name("support").header("x-api-key", "hidden");
        let builder = builder.endpoint(collector.endpoint()).protocol(protocol);
        let diagnosis = builder.doctor();
        assert!(diagnosis.is_healthy(), "{diagnosis}");
        let to = format!(" to {} ({protocol})", collector.endpoint());
        for (signal, item) in
            [("spans", "span"), ("metrics", "metric"), ("log events", "log event")]
        {
            let (subject, item) = (format!("{signal}{to}"), format!("a test {item}, "));
            finding(&diagnosis, Level::Ok, &[&subject, &item, "was delivered"]);
        }
        let names: Vec<String> = collector.spans().into_iter().map(|span| span.name).collect();
        assert_eq!(names, ["agent_trace.doctor"]);
        assert_eq!(collector.metrics()[0].name, "agent_trace.doctor");
        let records = collector.log_records();
        assert_eq!(records[0].event_name, "agent_trace.doctor");
        assert_eq!(records[0].trace_id, collector.spans()[0].trace_id);
        assert_eq!(collector.resource()["service.name"], "support");
        assert_eq!(collector.received()[0].headers["x-api-key"], "hidden");
        assert!(!diagnosis.to_string().contains("hidden"), "{diagnosis}");
        assert_eq!(diagnosis.configuration().value("spans", "header"), Some("x-api-key=***"));
        // Nothing was installed, and what was examined can be.
        let _turn = turn();
        let telemetry = builder.install().unwrap();
        work(1);
        assert!(diagnose(&collector.endpoint(), protocol).is_healthy(), "beside what is installed");
        telemetry.shutdown().unwrap();
        assert_eq!(collector.spans().len(), 3);
    }
}

#[tokio::test]
async fn it_works_within_a_runtime() {
    let collector = Collector::grpc();
    assert!(diagnose(&collector.endpoint(), Protocol::Grpc).is_healthy());
}

#[test]
fn ports_that_are_mixed_up_are_known() {
    let http = Collector::http();
    let diagnosis = diagnose(&http.endpoint(), Protocol::Grpc);
    let signals = "spans, metrics and log events to ";
    problem(
        &diagnosis,
        &[signals, "not one for gRPC", "4317", "set `.protocol(…)` in code to http/protobuf"],
    );
    let grpc = Collector::grpc();
    for protocol in [Protocol::HttpProtobuf, Protocol::HttpJson] {
        let diagnosis = diagnose(&grpc.endpoint(), protocol);
        problem(
            &diagnosis,
            &[signals, "not one for HTTP", "4318", "set `.protocol(…)` in code to grpc"],
        );
    }
    let endpoint = grpc.endpoint();
    let (is_healthy, report) = diagnosed(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)]);
    assert!(!is_healthy);
    let told = told(&report, "problem  spans, metrics and log events");
    assert!(told.contains("in OTEL_EXPORTER_OTLP_ENDPOINT, by custom 4318; or set OTEL_EXPORTER_OTLP_PROTOCOL to grpc"), "{told}");
}

#[test]
fn who_is_not_let_in_is_told_by_which_header() {
    for protocol in PROTOCOLS {
        for status in [401, 403] {
            let collector = collector(protocol);
            collector.answer(Answer::Status(status));
            let diagnosis = diagnose(&collector.endpoint(), protocol);
            problem(
                &diagnosis,
                &[
                    "no header says who sends",
                    "set OTEL_EXPORTER_OTLP_HEADERS to",
                    "authorization=Bearer%20KEY",
                ],
            );
            let builder = Telemetry::builder().endpoint(collector.endpoint()).protocol(protocol);
            let diagnosis = builder.header("x-api-key", "hidden").doctor();
            problem(
                &diagnosis,
                &[
                    "the headers x-api-key are sent",
                    "correct the value of x-api-key in `.header(…)` in code",
                ],
            );
            assert!(!format!("{diagnosis} {diagnosis:?}").contains("hidden"));
            if status == 401 && protocol != Protocol::Grpc {
                problem(&diagnosis, &["it asks for `authorization` by Bearer"]);
            }
        }
    }
}

#[test]
fn paths_that_are_wrong_are_told_with_how_to_write_them() {
    let collector = Collector::http();
    let endpoint = collector.endpoint();
    let doubled = format!("{endpoint}/v1/traces");
    let diagnosis = diagnose(&doubled, Protocol::HttpProtobuf);
    problem(
        &diagnosis,
        &[
            "there is no /v1/traces/v1/traces",
            "404",
            "take /v1/… off `.endpoint(…)` in code: /v1/traces is added",
        ],
    );
    let (_, report) = diagnosed(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &endpoint)]);
    let missing = told(&report, "problem  spans to");
    assert!(
        missing.contains("write /v1/traces at the end of OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"),
        "{missing}"
    );
    let diagnosis = diagnose(&format!("{endpoint}/otlp"), Protocol::HttpJson);
    problem(
        &diagnosis,
        &[
            "no /otlp/v1/metrics",
            "where it does not take metrics, set OTEL_METRICS_EXPORTER to none",
        ],
    );
    let grpc = Collector::grpc();
    grpc.answer(Answer::Status(404));
    let diagnosis = diagnose(&grpc.endpoint(), Protocol::Grpc);
    problem(&diagnosis, &["does not take log events over gRPC", "set OTEL_LOGS_EXPORTER to none"]);
    let (_, report) = diagnosed(&[
        ("OTEL_TRACES_EXPORTER", "zipkin"),
        ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", &endpoint),
    ]);
    let zipkin = told(&report, "problem  spans to");
    assert!(
        zipkin.contains("OTEL_EXPORTER_ZIPKIN_ENDPOINT: Zipkin's is /api/v2/spans"),
        "{zipkin}"
    );
}

#[test]
fn other_answers_are_told_with_what_to_do() {
    let collector = Collector::http();
    let diagnose = |answer, protocol| {
        collector.answer(answer);
        diagnose(&collector.endpoint(), protocol)
    };
    for (answer, protocol, words) in [
        (
            Answer::Status(405),
            Protocol::HttpProtobuf,
            ["takes no POST", "write what stands before /v1/traces"],
        ),
        (
            Answer::Status(302),
            Protocol::HttpProtobuf,
            [
                "to https://elsewhere.example/v1/traces",
                "write the address that it names in `.endpoint(…)`",
            ],
        ),
        (Answer::TooLarge, Protocol::HttpProtobuf, ["too large", "`.request_bytes(…)` in code"]),
        (
            Answer::Status(415),
            Protocol::HttpJson,
            ["does not read JSON", "set `.protocol(…)` in code to http/protobuf"],
        ),
        (
            Answer::Status(415),
            Protocol::HttpProtobuf,
            ["does not read protobuf", "to http/json or grpc"],
        ),
        (
            Answer::Throttled(9),
            Protocol::HttpProtobuf,
            ["takes no more now", "see the limits of this account"],
        ),
        (Answer::Unavailable, Protocol::HttpProtobuf, ["fails: 503", "see its log"]),
        (
            Answer::Refused,
            Protocol::HttpProtobuf,
            ["refuses the request: 400 Bad Request: no such tenant", "OTEL_EXPORTER_OTLP_HEADERS"],
        ),
        (
            Answer::Page,
            Protocol::HttpProtobuf,
            ["a web page has answered", "not that of the user interface"],
        ),
        (
            Answer::Partly(1),
            Protocol::HttpJson,
            ["rejects the item in it: too old", "see what it says"],
        ),
    ] {
        problem(&diagnose(answer, protocol), &words);
    }
    collector.answer(Answer::Status(415));
    let builder = Telemetry::builder().endpoint(collector.endpoint());
    let diagnosis = builder.compression(agent_trace_runtime::Compression::Gzip).doctor();
    problem(&diagnosis, &["protobuf, compressed by gzip", "set `.compression(…)` in code to none"]);

    let collector = Collector::grpc();
    for (answer, words) in [
        (Answer::Partly(1), ["rejects the item in it: too old", "see what it says"]),
        (
            Answer::TooLarge,
            ["takes no more now, or nothing as large", "`.request_bytes(…)` in code"],
        ),
        (Answer::Unavailable, ["fails: Unavailable: restarting", "see its log"]),
        (Answer::Refused, ["no such tenant", "the headers in OTEL_EXPORTER_OTLP_HEADERS"]),
    ] {
        collector.answer(answer);
        problem(&super::diagnose(&collector.endpoint(), Protocol::Grpc), &words);
    }
}

#[test]
fn clocks_that_differ_are_a_warning() {
    let collector = Collector::http();
    let clock = format!("clock of {}", collector.address());
    for (seconds, side) in [(3_600, "ahead of"), (-3_600, "behind")] {
        collector.answer(Answer::Ahead(seconds));
        let diagnosis = diagnose(&collector.endpoint(), Protocol::HttpProtobuf);
        assert!(diagnosis.is_healthy(), "{diagnosis}");
        let found = finding(&diagnosis, Level::Warning, &[&clock, side, "synchronize both clocks"]);
        assert!(found.message.contains(" 3599 ") || found.message.contains(" 3600 "), "{found}");
        let told = diagnosis.findings().iter().filter(|finding| finding.subject == clock).count();
        assert_eq!(told, 1, "once of a receiver");
    }
    collector.answer(Answer::Take);
    let diagnosis = diagnose(&collector.endpoint(), Protocol::HttpProtobuf);
    finding(&diagnosis, Level::Ok, &[&clock, "agrees"]);
}

#[test]
fn it_ends_in_time_where_nobody_answers() {
    let collector = Collector::http();
    let proxy = agent_trace_tests::Proxy::to(collector.address());
    proxy.set(agent_trace_tests::Fault::Hang);
    for protocol in [Protocol::Grpc, Protocol::HttpProtobuf] {
        let builder = Telemetry::builder().endpoint(format!("http://{}", proxy.address()));
        let builder = builder.protocol(protocol).timeout(Duration::from_millis(300));
        let start = std::time::Instant::now();
        let diagnosis = builder.doctor();
        assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
        problem(
            &diagnosis,
            &["no answer comes within 300ms", "allow more by `.timeout(…)` in code"],
        );
    }
}

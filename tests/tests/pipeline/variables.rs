//! What is configured: by code, by variables, by default, in this order.

use agent_trace_runtime::{Protocol, Source, Telemetry};
use agent_trace_tests::Collector;

use crate::{probe, text, turn};

/// What a process with these variables says is in force.
fn described(variables: &[(&str, &str)]) -> String {
    let output = probe("describe", variables);
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn what_is_in_force_is_told_with_where_it_comes_from_and_without_secrets() {
    let told = described(&[
        ("OTEL_SERVICE_NAME", "support"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:pass@127.0.0.1:4318"),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-honeycomb-team=hcaik_0123"),
        ("OTEL_METRICS_EXPORTER", "none"),
        ("OTEL_LOGS_EXPORTER", "console"),
        ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", "0.25"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "4096"),
        ("OTEL_PROPAGATORS", "tracecontext,b3"),
    ]);
    for expected in [
        "service.name support (OTEL_SERVICE_NAME)",
        "endpoint http://127.0.0.1:4318/v1/traces (OTEL_EXPORTER_OTLP_ENDPOINT)",
        "protocol http/json (OTEL_EXPORTER_OTLP_TRACES_PROTOCOL)",
        "header x-honeycomb-team=*** (OTEL_EXPORTER_OTLP_HEADERS)",
        "compression none (default)",
        "sampler parentbased_traceidratio 0.25 (OTEL_TRACES_SAMPLER)",
        "queue 4096 (OTEL_BSP_MAX_QUEUE_SIZE)",
        "metrics: exporter none (OTEL_METRICS_EXPORTER)",
        "exporter console (OTEL_LOGS_EXPORTER)",
        "formats tracecontext b3 (OTEL_PROPAGATORS)",
    ] {
        assert!(told.contains(expected), "{expected} in:\n{told}");
    }
    for secret in ["hcaik", "pass", "user"] {
        assert!(!told.contains(secret), "{told}");
    }
    assert!(told.lines().count() < 12, "a few lines:\n{told}");
}

#[test]
fn exporters_are_chosen_by_their_variables() {
    // Nothing, without anything.
    let output = probe("shutdown", &[("OTEL_TRACES_EXPORTER", "none")]);
    assert_eq!((text(&output.stdout), text(&output.stderr)), (String::new(), String::new()));

    // All on the console.
    let output = probe(
        "shutdown",
        &[
            ("OTEL_TRACES_EXPORTER", "console"),
            ("OTEL_METRICS_EXPORTER", "console"),
            ("OTEL_LOGS_EXPORTER", "console"),
        ],
    );
    let printed = text(&output.stderr);
    for expected in [
        "invoke_agent probe",
        "evaluation correctness 1",
        "metric gen_ai.client.token.usage count 1 sum 7 {token} {",
    ] {
        assert!(printed.contains(expected), "{expected} in:\n{printed}");
    }

    // One part over OTLP, beside the console; the others nowhere, though an endpoint is known.
    let collector = Collector::http();
    let output = probe(
        "shutdown",
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint()),
            ("OTEL_TRACES_EXPORTER", "console,otlp"),
            ("OTEL_METRICS_EXPORTER", "none"),
            ("OTEL_LOGS_EXPORTER", "none"),
        ],
    );
    assert!(text(&output.stderr).contains("invoke_agent probe"));
    assert_eq!(collector.spans().len(), 3);
    assert!(collector.received_metrics().is_empty() && collector.log_records().is_empty());

    // OTLP without an endpoint is this machine's.
    let told = described(&[("OTEL_TRACES_EXPORTER", "otlp"), ("OTEL_METRICS_EXPORTER", "none")]);
    assert!(told.contains("endpoint http://localhost:4318/v1/traces (default)"), "{told}");
    let told =
        described(&[("OTEL_TRACES_EXPORTER", "otlp"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]);
    assert!(told.contains("endpoint http://localhost:4317 (default)"), "{told}");
}

#[test]
fn a_host_and_a_port_are_enough_over_grpc() {
    let collector = Collector::grpc();
    let place = collector.address().to_string();
    let output = probe(
        "shutdown",
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &place),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_INSECURE", "true"),
        ],
    );
    assert!(output.status.success(), "{}", text(&output.stdout));
    assert_eq!(collector.spans().len(), 3);
}

#[test]
fn the_builder_goes_before_variables_and_they_before_defaults() {
    let _turn = turn();
    let collector = Collector::http();
    let telemetry = Telemetry::builder()
        .service_name("support")
        .endpoint(collector.endpoint())
        .protocol(Protocol::HttpJson)
        .header("authorization", "Bearer secret")
        .install()
        .unwrap();
    let told = telemetry.describe();
    assert_eq!(told.value("spans", "protocol"), Some("http/json"));
    for setting in ["endpoint", "protocol", "exporter", "header"] {
        assert_eq!(told.source("spans", setting), Some(&Source::Builder), "{setting}");
    }
    assert_eq!(told.source("spans", "timeout"), Some(&Source::Default));
    assert_eq!(told.value("spans", "header"), Some("authorization=***"));
    assert!(!format!("{told:?}").contains("secret"));
    telemetry.shutdown().unwrap();
}

#[test]
fn disabled_telemetry_says_so() {
    let told = described(&[("OTEL_SDK_DISABLED", "true")]);
    assert!(told.contains("sdk: disabled true (OTEL_SDK_DISABLED)"), "{told}");
}

#[test]
fn secrets_are_shown_nowhere() {
    for (name, value) in [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:SECRET@127.0.0.1:1"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:SEC/RET@127.0.0.1:1"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1/otlp?api_key=SECRET"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "user:SECRET@127.0.0.1:4317"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=SECRET\u{1}"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "SECRET"),
        ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", "http://user:SECRET@127.0.0.1:1/api"),
        ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", "ftp://user:SECRET@127.0.0.1:1/api"),
    ] {
        for strict in ["true", "false"] {
            let exporter = if name.contains("ZIPKIN") { "zipkin" } else { "otlp" };
            let variables =
                [("OTEL_TRACES_EXPORTER", exporter), (name, value), ("AGENT_TRACE_STRICT", strict)];
            for ending in ["describe", "shutdown"] {
                let output = probe(ending, &variables);
                let told = text(&output.stdout) + &text(&output.stderr);
                assert!(!told.contains("SEC") && !told.contains("RET"), "{name}={value}: {told}");
            }
        }
    }
}

#[test]
fn words_are_known_in_any_case_and_unknown_ones_say_nothing() {
    let told = described(&[
        ("OTEL_TRACES_EXPORTER", "OTLP"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "GRPC"),
        ("OTEL_TRACES_SAMPLER", "Always_Off"),
        ("OTEL_PROPAGATORS", "TraceContext"),
        ("OTEL_METRICS_EXPORTER", "garbage"),
        ("OTEL_LOGS_EXPORTER", ","),
    ]);
    for expected in [
        "exporter otlp (OTEL_TRACES_EXPORTER)",
        "protocol grpc (OTEL_EXPORTER_OTLP_PROTOCOL)",
        "sampler always_off",
        "formats tracecontext (OTEL_PROPAGATORS)",
    ] {
        assert!(told.contains(expected), "{expected} in:\n{told}");
    }
    assert!(!told.contains("exporter none"), "{told}");
}

#[test]
fn limits_hold_for_spans_and_log_events() {
    use opentelemetry_proto::tonic::common::v1::KeyValue;
    use opentelemetry_proto::tonic::common::v1::any_value::Value;

    let longest = |attributes: &[KeyValue]| {
        let texts =
            attributes.iter().filter_map(|known| match known.value.as_ref()?.value.as_ref()? {
                Value::StringValue(text) => Some(text.chars().count()),
                _ => None,
            });
        texts.max().unwrap_or(0)
    };
    for protocol in ["http/protobuf", "http/json"] {
        let collector = Collector::http();
        let endpoint = collector.endpoint();
        let variables = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "3"),
            ("OTEL_ATTRIBUTE_COUNT_LIMIT", "2"),
            ("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "1"),
        ];
        assert!(probe("shutdown", &variables).status.success());
        for span in collector.spans() {
            assert!(span.attributes.len() <= 2, "{span:?}");
            assert_eq!(longest(&span.attributes), 3, "{span:?}");
            assert!(span.dropped_attributes_count > 0 || !span.name.contains("chat"), "{span:?}");
        }
        let records = collector.log_records();
        let [event] = &records[..] else { panic!("{records:?}") };
        assert_eq!((event.attributes.len(), longest(&event.attributes)), (1, 3), "{event:?}");
        assert!(event.dropped_attributes_count > 0);
    }
}

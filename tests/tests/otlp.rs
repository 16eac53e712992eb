//! Spans reach an OTLP endpoint, once and whole, under every runtime and by every ending.

use std::net::TcpListener;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use agent_trace_tests::Collector;
use agent_trace_tests::software::free_ports;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;

/// No ending may take longer, whatever the endpoint does.
const BOUND: Duration = Duration::from_secs(12);

const NAMES: [&str; 3] = ["invoke_agent probe", "chat gpt-4o", "execute_tool double"];

/// Runs the probe in a clean environment, and fails where it hangs.
fn probe(runtime: &str, ending: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_probe"));
    command.args([runtime, ending]).env_clear().envs(variables.iter().copied());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || sender.send(child.wait_with_output()));
    match ended.recv_timeout(BOUND) {
        Ok(output) => output.unwrap(),
        Err(_) => panic!("the program still ran after {BOUND:?}"),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[track_caller]
fn assert_success(output: &Output) {
    assert!(output.status.success(), "{} {}", text(&output.stdout), text(&output.stderr));
    assert_eq!(text(&output.stderr), "", "nothing is printed where an endpoint is set");
}

/// Exactly the spans, metrics and events of the probe.
#[track_caller]
fn assert_delivered(collector: &Collector) {
    let root = assert_spans(collector);
    assert_other_signals(collector, &root);
}

/// Exactly the three spans, in one tree; gives its root.
#[track_caller]
fn assert_spans(collector: &Collector) -> Span {
    let spans = collector.wait_for_spans(3);
    let names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(names, NAMES);
    let root = &spans[0];
    assert!(root.parent_span_id.is_empty());
    for span in &spans[1..] {
        assert_eq!((&span.trace_id, &span.parent_span_id), (&root.trace_id, &root.span_id));
    }
    assert_eq!(int(&spans[1], "gen_ai.usage.input_tokens"), Some(7));
    assert_eq!(int(&spans[1], "gen_ai.usage.output_tokens"), Some(2));
    root.clone()
}

/// The metrics of the three calls, and the event of the agent's run.
#[track_caller]
fn assert_other_signals(collector: &Collector, root: &Span) {
    let mut metrics: Vec<String> =
        collector.metrics().into_iter().map(|metric| metric.name).collect();
    // What the exporters tell of themselves is not the program's.
    metrics.retain(|name| name.starts_with("gen_ai."));
    metrics.sort();
    assert_eq!(
        metrics,
        [
            "gen_ai.client.operation.duration",
            "gen_ai.client.token.usage",
            "gen_ai.execute_tool.duration",
            "gen_ai.invoke_agent.duration",
            "gen_ai.invoke_agent.inference_calls",
            "gen_ai.invoke_agent.tool_calls",
        ],
    );
    let records = collector.log_records();
    let [event] = &records[..] else { panic!("{records:?}") };
    assert_eq!(event.event_name, "gen_ai.evaluation.result");
    assert_eq!((&event.trace_id, &event.span_id), (&root.trace_id, &root.span_id));
}

fn int(span: &Span, key: &str) -> Option<i64> {
    let attribute = span.attributes.iter().find(|attribute| attribute.key == key)?;
    match attribute.value.as_ref()?.value.as_ref()? {
        Value::IntValue(value) => Some(*value),
        _ => None,
    }
}

const RUNTIMES: [&str; 4] = ["none", "current_thread", "one_worker", "default"];

const ENDINGS: [&str; 3] = ["drop", "flush", "shutdown"];

fn delivers(start: fn() -> Collector, protocol: &str, runtimes: &[&str], endings: &[&str]) {
    for runtime in runtimes {
        for ending in endings {
            let collector = start();
            let endpoint = collector.endpoint();
            let variables = [
                ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ];
            assert_success(&probe(runtime, ending, &variables));
            assert_delivered(&collector);
        }
    }
}

#[test]
fn grpc_delivers_under_every_runtime_by_every_ending() {
    delivers(Collector::grpc, "grpc", &RUNTIMES, &ENDINGS);
}

#[test]
fn http_protobuf_delivers_under_every_runtime_by_every_ending() {
    delivers(Collector::http, "http/protobuf", &RUNTIMES, &ENDINGS);
}

#[test]
fn http_json_delivers_under_every_runtime_by_every_ending() {
    delivers(Collector::http, "http/json", &RUNTIMES, &ENDINGS);
}

#[test]
fn telemetry_may_end_within_a_runtime_and_in_a_task_of_it() {
    // Without a runtime there is nothing to end it within.
    delivers(Collector::grpc, "grpc", &RUNTIMES[1..], &["inside", "task"]);
    delivers(Collector::http, "http/json", &RUNTIMES[1..], &["inside", "task"]);
}

#[test]
fn the_environment_names_resource_headers_and_compression() {
    for (start, protocol) in
        [(Collector::grpc as fn() -> _, "grpc"), (Collector::http, "http/protobuf")]
    {
        let collector = start();
        let endpoint = collector.endpoint();
        let output = probe(
            "default",
            "shutdown",
            &[
                ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
                ("OTEL_EXPORTER_OTLP_HEADERS", "x-api-key=general"),
                ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-api-key=secret%20one,x-team=agents"),
                ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
                ("OTEL_SERVICE_NAME", "support"),
                ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=staging,team=agents"),
            ],
        );
        assert_success(&output);
        assert_delivered(&collector);

        let headers = collector.received().remove(0).headers;
        assert_eq!(headers.get("x-api-key").map(String::as_str), Some("secret one"));
        assert_eq!(headers.get("x-team").map(String::as_str), Some("agents"));
        let encoding = if protocol == "grpc" { "grpc-encoding" } else { "content-encoding" };
        assert_eq!(headers.get(encoding).map(String::as_str), Some("gzip"));

        let resource = collector.resource();
        let value = |key: &str| resource.get(key).map(String::as_str);
        assert_eq!(value("service.name"), Some("support"));
        assert_eq!(value("deployment.environment.name"), Some("staging"));
        assert_eq!(value("team"), Some("agents"));
        assert_eq!(value("telemetry.sdk.language"), Some("rust"));
        assert!(value("telemetry.sdk.name").is_some() && value("telemetry.sdk.version").is_some());
    }
}

#[test]
fn variables_of_the_signal_go_before_general_ones() {
    let (collector, other) = (Collector::grpc(), Collector::http());
    let output = probe(
        "default",
        "shutdown",
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &other.endpoint()),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &collector.endpoint()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc"),
        ],
    );
    assert_success(&output);
    let root = assert_spans(&collector);
    assert!(other.received().is_empty());
    assert_other_signals(&other, &root);
    assert!(collector.received_metrics().is_empty());
}

#[test]
fn an_endpoint_of_the_signal_is_used_as_it_stands() {
    let collector = Collector::http();
    let whole = format!("{}/v1/traces", collector.endpoint());
    let output = probe("default", "shutdown", &[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &whole)]);
    assert_success(&output);
    assert_spans(&collector);
    assert!(collector.received_metrics().is_empty(), "that endpoint is for spans");
}

#[test]
fn without_a_protocol_it_is_protobuf_over_http() {
    let collector = Collector::http();
    let endpoint = collector.endpoint();
    let output = probe("default", "shutdown", &[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)]);
    assert_success(&output);
    assert_delivered(&collector);
    let headers = collector.received().remove(0).headers;
    let content = headers.get("content-type").map(String::as_str);
    assert_eq!(content, Some("application/x-protobuf"));
}

#[test]
fn a_collector_that_is_away_is_an_error_that_names_it() {
    let [port] = free_ports();
    let endpoint = format!("http://127.0.0.1:{port}");
    for protocol in ["grpc", "http/protobuf"] {
        let variables = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
        ];
        for ending in ["flush", "shutdown"] {
            let output = probe("current_thread", ending, &variables);
            assert_eq!(output.status.code(), Some(1), "{protocol} {ending}");
            let error = text(&output.stdout);
            assert!(error.starts_with("spans could not be delivered to http://127"), "{error}");
        }
        let output = probe("current_thread", "drop", &variables);
        assert!(output.status.success());
        let warning = text(&output.stderr);
        assert!(warning.contains("agent-trace: spans could not be delivered"), "{warning}");
    }
}

#[test]
fn a_collector_that_never_answers_holds_nobody_up_for_long() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    for protocol in ["grpc", "http/protobuf"] {
        let variables = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
        ];
        // The probe is stopped, and the test fails, if it exceeds the bound.
        let output = probe("current_thread", "shutdown", &variables);
        assert_eq!(output.status.code(), Some(1), "{protocol}");
        assert!(text(&output.stdout).contains("could not be delivered"));
    }
}

#[test]
fn settings_that_cannot_be_used_are_said_once_or_errors_where_that_is_asked_for() {
    let wrong = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317", "like http://localhost:4318"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon", "milliseconds"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "thrift", "none of grpc, http/protobuf, http/json"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "lzma", "none of none, gzip, zstd"),
        ("OTEL_TRACES_EXPORTER", "jaeger", "none of otlp, console, zipkin"),
        ("OTEL_METRICS_EXPORTER", "statsd", "none of otlp, console, prometheus"),
        ("OTEL_LOGS_EXPORTER", "syslog", "none of otlp, console"),
        ("OTEL_TRACES_SAMPLER", "sometimes", "none of always_on"),
        ("OTEL_PROPAGATORS", "pigeon", "none of tracecontext"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "-1", "no number from 1 to"),
        ("OTEL_BLRP_MAX_QUEUE_SIZE", "18446744073709551615", "no number from 1 to"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "0", "milliseconds above 0"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:99999", "like http://localhost:4318"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "many", "no whole number"),
        ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "long", "no whole number"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "often", "milliseconds"),
        ("OTEL_SDK_DISABLED", "maybe", "none of true, false"),
        ("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "yes", "none of NO_CONTENT"),
    ];
    for (name, value, what_else) in wrong {
        let collector = Collector::http();
        let endpoint = collector.endpoint();
        // The variable under test goes last, and so before this.
        let lenient = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()), (name, value)];
        let output = probe("none", "drop", &lenient);
        assert!(output.status.success(), "{name}: {}", text(&output.stdout));
        let warnings = text(&output.stderr);
        let said = format!("{name} is `{value}`, which is");
        assert_eq!(warnings.matches(&said).count(), 1, "{warnings}");
        assert!(warnings.contains(what_else), "{warnings}");

        let strict = [lenient[0], lenient[1], ("AGENT_TRACE_STRICT", "true")];
        let output = probe("none", "drop", &strict);
        assert_eq!(output.status.code(), Some(2), "{name}: {}", text(&output.stderr));
        let error = text(&output.stdout);
        assert!(error.contains(&format!("{name} is `{value}`: this is")), "{error}");
        assert!(error.contains(what_else), "{error}");
    }
    // Who may be told of the baggage is not guessed.
    let output = probe("none", "drop", &[("AGENT_TRACE_BAGGAGE_HOSTS", "http://agents.internal")]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    let error = text(&output.stdout);
    assert!(error.contains("AGENT_TRACE_BAGGAGE_HOSTS is `http://agents.internal`"), "{error}");
}

#[test]
fn an_unknown_protocol_is_said_and_ignored() {
    let collector = Collector::http();
    let output = probe(
        "none",
        "shutdown",
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "thrift"),
        ],
    );
    assert!(output.status.success());
    let warning = text(&output.stderr);
    assert!(warning.contains("OTEL_EXPORTER_OTLP_PROTOCOL is `thrift`"), "{warning}");
    assert_delivered(&collector);
}

#[test]
fn the_sampler_comes_from_its_variables() {
    let names = |sampler: &str, argument: &str| {
        let collector = Collector::http();
        let output = probe(
            "none",
            "drop",
            &[
                ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint()),
                ("OTEL_TRACES_SAMPLER", sampler),
                ("OTEL_TRACES_SAMPLER_ARG", argument),
            ],
        );
        assert_success(&output);
        assert!(!collector.metrics().is_empty(), "all calls are measured");
        collector.spans().len()
    };
    for sampler in ["always_on", "parentbased_always_on"] {
        assert_eq!(names(sampler, ""), 3);
    }
    for sampler in ["always_off", "parentbased_always_off"] {
        assert_eq!(names(sampler, ""), 0);
    }
    for sampler in ["traceidratio", "parentbased_traceidratio"] {
        assert_eq!((names(sampler, "0"), names(sampler, "1.0"), names(sampler, "")), (0, 3, 3));
    }
}

#[test]
fn a_sampler_that_there_is_not_is_said_and_all_is_recorded() {
    for (sampler, argument, said) in [
        ("sometimes", "", "OTEL_TRACES_SAMPLER is `sometimes`"),
        ("traceidratio", "10", "OTEL_TRACES_SAMPLER_ARG is `10`"),
        ("parentbased_traceidratio", "x", "OTEL_TRACES_SAMPLER_ARG is `x`"),
    ] {
        let collector = Collector::http();
        let endpoint = collector.endpoint();
        let variables = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint),
            ("OTEL_TRACES_SAMPLER", sampler),
            ("OTEL_TRACES_SAMPLER_ARG", argument),
        ];
        let output = probe("none", "drop", &variables);
        let text = text(&output.stderr);
        assert!(output.status.success() && text.contains(said), "{text}");
        assert_eq!(text.lines().count(), 1, "{text}");
        assert_spans(&collector);
    }
}

#[test]
fn telemetry_that_is_disabled_sends_nothing() {
    let collector = Collector::http();
    let endpoint = collector.endpoint();
    for ending in ["drop", "flush", "shutdown"] {
        let output = probe(
            "none",
            ending,
            &[
                ("OTEL_SDK_DISABLED", "true"),
                ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint),
                // What is not used need not be right.
                ("OTEL_TRACES_SAMPLER", "sometimes"),
            ],
        );
        assert_success(&output);
    }
    assert!(collector.received().is_empty() && collector.received_metrics().is_empty());
}

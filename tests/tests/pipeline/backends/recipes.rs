//! What receivers get of each recipe: to which path, with which headers, and what is in it.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use agent_trace_runtime::{Backend, Protocol, Telemetry};
use agent_trace_tests::software::free_ports;
use agent_trace_tests::{Collector, Recipe, Requests};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::AggregationTemporality;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::trace::v1::Span;

use super::{Arrived, Payload, Receiver, run};
use crate::{probe, text};

/// A recipe for OTLP, and what comes of it.
struct Expected {
    /// As the page has it.
    name: &'static str,
    code: fn(&str) -> Backend,
    /// Over gRPC, the names of the signals.
    paths: &'static [&'static str],
    headers: &'static [(&'static str, &'static str)],
    /// What else is in a request.
    holds: fn(&Payload),
}

const ALL_OVER_HTTP: &[&str] = &["/v1/logs", "/v1/metrics", "/v1/traces"];

const OTLP: [Expected; 13] = [
    Expected {
        name: "OpenTelemetry Collector",
        code: |host| Backend::collector(host).protocol(Protocol::Grpc),
        paths: &["logs", "metrics", "traces"],
        headers: &[],
        holds: nothing_else,
    },
    Expected {
        name: "Jaeger",
        code: |host| Backend::jaeger(host).protocol(Protocol::Grpc),
        paths: &["traces"],
        headers: &[],
        holds: nothing_else,
    },
    Expected {
        name: "Grafana Tempo",
        code: |host| Backend::tempo(host).protocol(Protocol::Grpc),
        paths: &["traces"],
        headers: &[],
        holds: nothing_else,
    },
    Expected {
        name: "Grafana Loki",
        code: |host| Backend::loki(host),
        paths: &["/otlp/v1/logs"],
        headers: &[],
        holds: nothing_else,
    },
    Expected {
        name: "Grafana Cloud",
        code: |host| Backend::grafana_cloud(format!("{host}/otlp"), "123456", "key"),
        paths: &["/otlp/v1/logs", "/otlp/v1/metrics", "/otlp/v1/traces"],
        headers: &[("authorization", "Basic MTIzNDU2OmtleQ==")],
        holds: nothing_else,
    },
    Expected {
        name: "Honeycomb",
        code: |host| Backend::honeycomb("key").endpoint(host),
        paths: ALL_OVER_HTTP,
        headers: &[("x-honeycomb-team", "key")],
        holds: nothing_else,
    },
    Expected {
        name: "AWS X-Ray",
        code: |host| Backend::xray(host).protocol(Protocol::Grpc),
        paths: &["traces"],
        headers: &[],
        holds: the_time_in_ids,
    },
    Expected {
        name: "Google Cloud Trace",
        code: |host| Backend::google_cloud_trace("my-project", "token").endpoint(host),
        paths: &["/v1/traces"],
        headers: &[("authorization", "Bearer token")],
        holds: |payload| {
            assert_eq!(resource(payload, "gcp.project_id").as_deref(), Some("my-project"));
        },
    },
    Expected {
        name: "Prometheus, pushed to",
        code: |host| Backend::prometheus(host),
        paths: &["/api/v1/otlp/v1/metrics"],
        headers: &[],
        holds: |payload| temporality(payload, AggregationTemporality::Cumulative),
    },
    Expected {
        name: "Elastic",
        code: |host| Backend::elastic(host, "key"),
        paths: ALL_OVER_HTTP,
        headers: &[("authorization", "ApiKey key")],
        holds: |payload| temporality(payload, AggregationTemporality::Delta),
    },
    Expected {
        name: "Langfuse",
        code: |host| Backend::langfuse(host, "pk-lf-1", "sk-lf-1"),
        paths: &["/api/public/otel/v1/traces"],
        headers: &[
            ("authorization", "Basic cGstbGYtMTpzay1sZi0x"),
            ("x-langfuse-ingestion-version", "4"),
        ],
        holds: nothing_else,
    },
    Expected {
        name: "Arize Phoenix",
        code: |host| Backend::phoenix(host, "support"),
        paths: &["/v1/traces"],
        headers: &[],
        holds: |payload| {
            let project = resource(payload, "openinference.project.name");
            assert_eq!(project.as_deref(), Some("support"));
            let kinds = spans(payload).into_iter().map(|span| {
                attribute(&span.attributes, "openinference.span.kind").unwrap_or_default()
            });
            let kinds: Vec<_> = kinds.collect();
            assert!(kinds.contains(&"LLM".to_owned()), "{kinds:?}");
            assert!(kinds.contains(&"AGENT".to_owned()), "{kinds:?}");
        },
    },
    Expected {
        name: "MLflow",
        code: |host| Backend::mlflow(host, "7"),
        paths: &["/v1/traces"],
        headers: &[("x-mlflow-experiment-id", "7")],
        holds: nothing_else,
    },
];

const OTHERS: [&str; 3] = ["Zipkin", "Prometheus, fetching", "Files"];

const fn nothing_else(_: &Payload) {}

fn spans(payload: &Payload) -> Vec<Span> {
    let Payload::Traces(request) = payload else { return Vec::new() };
    let scopes = request.resource_spans.iter().flat_map(|resource| &resource.scope_spans);
    scopes.flat_map(|scope| scope.spans.clone()).collect()
}

fn attribute(attributes: &[KeyValue], key: &str) -> Option<String> {
    let found = attributes.iter().find(|attribute| attribute.key == key)?;
    match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        other => Some(format!("{other:?}")),
    }
}

fn resource(payload: &Payload, key: &str) -> Option<String> {
    let Payload::Traces(request) = payload else { return None };
    attribute(&request.resource_spans.first()?.resource.as_ref()?.attributes, key)
}

fn the_time_in_ids(payload: &Payload) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    for span in spans(payload) {
        let [a, b, c, d, ..] = *span.trace_id else { panic!("{:?}", span.trace_id) };
        let second = u64::from(u32::from_be_bytes([a, b, c, d]));
        assert!((now - 120..=now).contains(&second), "{second}, and it is {now}");
    }
}

/// Of histograms, of which there are some.
fn temporality(payload: &Payload, expected: AggregationTemporality) {
    let Payload::Metrics(request) = payload else { return };
    let scopes = request.resource_metrics.iter().flat_map(|resource| &resource.scope_metrics);
    let metrics = scopes.flat_map(|scope| &scope.metrics);
    let histograms = metrics.filter_map(|metric| match &metric.data {
        Some(Data::Histogram(histogram)) => Some(histogram.aggregation_temporality()),
        _ => None,
    });
    let found: Vec<_> = histograms.collect();
    assert!(!found.is_empty());
    assert!(found.iter().all(|temporality| *temporality == expected), "{found:?}");
}

impl Expected {
    fn receiver(&self) -> Receiver {
        if self.paths[0].starts_with('/') {
            Receiver::Http(Requests::keep())
        } else {
            Receiver::Grpc(Collector::grpc())
        }
    }

    #[track_caller]
    fn assert_arrived(&self, by: &str, arrived: &[Arrived], names: &[&str]) {
        let Self { name, .. } = self;
        let mut paths: Vec<&str> = arrived.iter().map(|arrived| arrived.path.as_str()).collect();
        paths.dedup();
        assert_eq!(paths, self.paths, "{name} by {by}");
        let mut found: Vec<String> = arrived
            .iter()
            .flat_map(|arrived| spans(&arrived.payload))
            .map(|span| span.name)
            .collect();
        found.sort();
        let takes_traces = self.paths.iter().any(|path| path.ends_with("traces"));
        let expected: &[&str] = if takes_traces { names } else { &[] };
        assert_eq!(found, expected, "{name} by {by}");
        for Arrived { path, headers, payload } in arrived {
            for (header, value) in self.headers {
                let found = headers.get(*header).map(String::as_str);
                assert_eq!(found, Some(*value), "{header} of {name} by {by} to {path}");
            }
            // No key is sent to those who ask for none.
            if self.headers.is_empty() {
                assert_eq!(headers.get("authorization"), None, "{name} by {by} to {path}");
            }
            payload.assert_is_of_a_call();
            (self.holds)(payload);
        }
    }
}

fn sorted(mut arrived: Vec<Arrived>) -> Vec<Arrived> {
    arrived.sort_by(|one, other| one.path.cmp(&other.path));
    arrived
}

#[test]
fn receivers_get_what_they_want_by_one_call() {
    for expected in &OTLP {
        let receiver = expected.receiver();
        run(Telemetry::builder().backend((expected.code)(&receiver.endpoint())));
        let names = ["chat gpt-4o", "invoke_agent shop"];
        expected.assert_arrived("a call", &sorted(receiver.arrived()), &names);
    }
}

#[test]
fn receivers_get_what_they_want_by_the_variables_of_the_page() {
    for expected in &OTLP {
        let receiver = expected.receiver();
        let variables = Recipe::of(expected.name).variables(&receiver.endpoint());
        let output = run_probe("shutdown", &variables);
        assert_eq!(output, "", "{}", expected.name);
        let names = ["chat gpt-4o", "execute_tool double", "invoke_agent probe"];
        expected.assert_arrived("variables", &sorted(receiver.arrived()), &names);
    }
}

#[test]
fn every_section_of_the_page_is_tried() {
    let of_otlp = OTLP.iter().map(|expected| expected.name);
    let mut tried: Vec<&str> = of_otlp.chain(OTHERS).collect();
    let mut documented: Vec<&str> = Recipe::all().iter().map(|recipe| recipe.name).collect();
    tried.sort_unstable();
    documented.sort_unstable();
    assert_eq!(tried, documented);
}

/// What it prints to stdout: an error, where there is one. What it prints to stderr is traces that nobody takes, or a warning.
fn run_probe(ending: &str, variables: &[(&str, String)]) -> String {
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let output = probe(ending, &variables);
    assert!(!text(&output.stderr).contains("agent-trace:"), "{}", text(&output.stderr));
    text(&output.stdout)
}

fn assert_zipkin(by: &str, requests: &Requests, names: &[&str]) {
    let requests = requests.so_far();
    let [request] = &*requests else { panic!("{requests:?}") };
    assert_eq!((&*request.method, &*request.path), ("POST", "/api/v2/spans"), "{by}");
    assert_eq!(request.headers["content-type"], "application/json", "{by}");
    let spans: Vec<serde_json::Value> = serde_json::from_slice(&request.body).unwrap();
    let mut found: Vec<&str> = spans.iter().filter_map(|span| span["name"].as_str()).collect();
    found.sort_unstable();
    assert_eq!(found, names, "{by}");
}

#[test]
fn zipkin_gets_its_own_format() {
    let requests = Requests::keep();
    run(Telemetry::builder().zipkin(format!("{}/api/v2/spans", requests.endpoint())));
    assert_zipkin("a call", &requests, &["chat gpt-4o", "invoke_agent shop"]);

    let requests = Requests::keep();
    let variables = Recipe::of("Zipkin").variables(&requests.endpoint());
    assert_eq!(run_probe("shutdown", &variables), "");
    let names = ["chat gpt-4o", "execute_tool double", "invoke_agent probe"];
    assert_zipkin("variables", &requests, &names);
}

#[test]
fn files_are_written_by_the_variables_of_the_page() {
    let folder = std::env::temp_dir().join(format!("agent-trace-recipe-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let mut variables = Recipe::of("Files").variables("");
    let place = variables.iter_mut().find(|(name, _)| *name == "AGENT_TRACE_FILE_DIRECTORY");
    place.unwrap().1 = folder.display().to_string();
    assert_eq!(run_probe("shutdown", &variables), "");
    for (file, key) in
        [("traces", "resourceSpans"), ("metrics", "resourceMetrics"), ("logs", "resourceLogs")]
    {
        let written = std::fs::read_to_string(folder.join(format!("{file}.jsonl"))).unwrap();
        let first: serde_json::Value =
            serde_json::from_str(written.lines().next().unwrap()).unwrap();
        assert!(first[key].is_array(), "{written}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn prometheus_fetches_by_the_variables_of_the_page() {
    let [port] = free_ports();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut variables = Recipe::of("Prometheus, fetching").variables("");
    for (name, value) in &mut variables {
        match *name {
            "OTEL_EXPORTER_PROMETHEUS_HOST" => *value = address.ip().to_string(),
            "OTEL_EXPORTER_PROMETHEUS_PORT" => *value = address.port().to_string(),
            _ => {}
        }
    }
    let mut assistant = Command::new(env!("CARGO_BIN_EXE_assistant"))
        .env_clear()
        .envs(variables)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = assistant.stdin.take().unwrap();
    writeln!(stdin, "Where is it?").unwrap();
    let mut answer = String::new();
    BufReader::new(assistant.stdout.take().unwrap()).read_line(&mut answer).unwrap();
    assert!(answer.starts_with("answered "), "{answer}");
    let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
    let response = client.get(format!("http://{address}/metrics")).send().await.unwrap();
    let metrics = response.error_for_status().unwrap().text().await.unwrap();
    for name in ["gen_ai_client_token_usage_sum", "gen_ai_client_operation_duration_seconds_bucket"]
    {
        assert!(metrics.lines().any(|line| line.starts_with(name)), "{name} in:\n{metrics}");
    }
    drop(stdin);
    assert!(assistant.wait().unwrap().success());
}

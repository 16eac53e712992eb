//! Who goes before whom: the builder before a back end, that before variables; and what several back ends share.

use agent_trace_runtime::propagation::Propagator;
use agent_trace_runtime::{Backend, Source, Telemetry, TelemetryBuilder};
use agent_trace_tests::{Answer, Collector, Requests};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;

use super::{decoded, run};
use crate::{probe, text, turn};

/// The builder's word of everything that a back end says as well.
fn said(builder: TelemetryBuilder, endpoint: &str) -> TelemetryBuilder {
    builder
        .endpoint(format!("{endpoint}/elsewhere"))
        .header("Authorization", "Bearer mine")
        .header("x-more", "1")
        .resource_attribute("openinference.project.name", "mine")
        .openinference(false)
}

#[test]
fn the_builder_goes_before_a_back_end_in_either_order() {
    for is_before in [true, false] {
        let requests = Requests::keep();
        let backend = Backend::phoenix("http://127.0.0.1:1", "theirs")
            .header("authorization", "Bearer theirs")
            .header("x-theirs", "2");
        let builder = Telemetry::builder();
        run(if is_before {
            said(builder, &requests.endpoint()).backend(backend)
        } else {
            said(builder.backend(backend), &requests.endpoint())
        });
        let [request] = &*requests.so_far() else { panic!("{requests:?}") };
        assert_eq!(request.path, "/elsewhere/v1/traces");
        for (name, value) in [("authorization", "Bearer mine"), ("x-more", "1"), ("x-theirs", "2")]
        {
            assert_eq!(request.headers[name], value);
        }
        let traces = decoded(request.clone()).payload;
        assert!(traces.holds("mine") && !traces.holds("theirs"), "{traces:?}");
        assert!(!traces.holds("openinference.span.kind"), "{traces:?}");
    }
}

#[test]
fn ids_and_formats_of_a_back_end_are_the_builders_where_it_says_them() {
    let _turn = turn();
    let formats = |builder: TelemetryBuilder| {
        let telemetry = builder.install().unwrap();
        let told = telemetry.describe();
        let value = |part, setting| told.value(part, setting).unwrap().to_owned();
        let found = (value("propagation", "formats"), value("spans", "timed trace ids"));
        telemetry.shutdown().unwrap();
        found
    };
    let requests = Requests::keep();
    let builder = || Telemetry::builder().backend(Backend::xray(requests.endpoint()));
    assert_eq!(formats(builder()), ("xray tracecontext baggage".to_owned(), "true".to_owned()));
    let mine = builder().propagators([Propagator::TraceContext]).timed_trace_ids(false);
    assert_eq!(formats(mine), ("tracecontext".to_owned(), "false".to_owned()));
}

#[test]
fn each_of_several_gets_what_it_takes_and_nobody_elses_key() {
    let [tempo, loki, prometheus, langfuse] = [(); 4].map(|()| Requests::keep());
    run(Telemetry::builder()
        .backend(Backend::tempo(tempo.endpoint()).header("X-Scope-OrgID", "agents"))
        .backend(Backend::loki(loki.endpoint()))
        .backend(Backend::prometheus(prometheus.endpoint()))
        .backend(Backend::langfuse(langfuse.endpoint(), "pk-lf-1", "sk-lf-1")));
    for (requests, path) in [
        (&tempo, "/v1/traces"),
        (&loki, "/otlp/v1/logs"),
        (&prometheus, "/api/v1/otlp/v1/metrics"),
        (&langfuse, "/api/public/otel/v1/traces"),
    ] {
        let requests = requests.so_far();
        assert!(!requests.is_empty(), "{path}");
        for request in requests {
            assert_eq!(request.path, path);
            let has = |name| request.headers.contains_key(name);
            assert_eq!(has("authorization"), path.contains("public"));
            assert_eq!(has("x-scope-orgid"), path == "/v1/traces");
        }
    }
}

#[test]
fn what_is_meant_for_one_of_several_is_said_of_that_one() {
    let _turn = turn();
    let both = || Telemetry::builder().backend(Backend::honeycomb("k")).backend(Backend::loki("x"));
    for (builder, setting) in [
        (both().endpoint("http://user:secret@127.0.0.1:1"), "endpoint"),
        (both().protocol(agent_trace_runtime::Protocol::Grpc), "protocol"),
        (both().header("authorization", "secret"), "header"),
    ] {
        let error = builder.install().unwrap_err().to_string();
        assert!(error.contains(&format!("Backend::{setting}")), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
}

#[test]
fn two_of_one_kind_are_told_apart() {
    let [one, two] = [(); 2].map(|()| Requests::keep());
    let folder = std::env::temp_dir().join(format!("agent-trace-two-{}", std::process::id()));
    let _turn = turn();
    let telemetry = Telemetry::builder()
        .spool(&folder)
        .backend(Backend::collector(one.endpoint()))
        .backend(Backend::collector(two.endpoint()))
        .install()
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(super::shop());
    telemetry.shutdown().unwrap();
    let counts = telemetry.export_counts();
    let spans = counts.iter().filter(|(kind, ..)| *kind == "spans");
    let spans: Vec<_> = spans.map(|(_, name, counts)| (*name, counts.exported)).collect();
    assert_eq!(spans, [("collector", 2), ("collector", 2)]);
    for spool in ["traces-collector", "traces-collector-2"] {
        assert!(folder.join(spool).exists(), "{spool}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
    for requests in [one, two] {
        let metrics = requests.so_far().into_iter().find(|request| request.path == "/v1/metrics");
        let metrics = decoded(metrics.unwrap()).payload;
        for component in ["otlp_http_span_exporter/0", "otlp_http_span_exporter/1"] {
            assert!(metrics.holds(component), "{component} in {metrics:?}");
        }
    }
}

#[test]
fn what_a_back_end_does_not_take_goes_nowhere_whatever_variables_say() {
    let [langfuse, other] = [(); 2].map(|()| Requests::keep());
    let variables = [
        ("PROBE_LANGFUSE", langfuse.endpoint()),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", other.endpoint()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json".to_owned()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=other".to_owned()),
        ("OTEL_METRICS_EXPORTER", "otlp".to_owned()),
        ("OTEL_TRACES_EXPORTER", "console".to_owned()),
    ];
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let output = probe("shutdown", &variables);
    assert_eq!((text(&output.stdout), text(&output.stderr)), (String::new(), String::new()));
    assert_eq!(other.so_far(), []);
    let [request] = &*langfuse.so_far() else { panic!("{langfuse:?}") };
    assert_eq!(request.headers["content-type"], "application/x-protobuf");
    assert_eq!(request.headers["authorization"], "Basic cGstbGYtMTpzay1sZi0x");

    let told = text(&probe("describe", &variables).stdout);
    for expected in [
        "exporter otlp (builder), back end langfuse (builder)",
        "header Authorization=*** (builder)",
        "metrics: exporter none (builder)",
        "log events: exporter none (builder)",
    ] {
        assert!(told.contains(expected), "{expected} in:\n{told}");
    }
    assert!(!told.contains("cGst") && !told.contains("sk-lf"), "{told}");
}

#[test]
fn what_is_in_force_is_of_the_builder() {
    let _turn = turn();
    let requests = Requests::keep();
    let backend = Backend::mlflow(requests.endpoint(), "7");
    let telemetry = Telemetry::builder().backend(backend).install().unwrap();
    let told = telemetry.describe();
    for setting in ["exporter", "back end", "endpoint", "protocol", "header"] {
        assert_eq!(told.source("spans", setting), Some(&Source::Builder), "{setting}");
    }
    telemetry.shutdown().unwrap();
}

/// What has come since the last time is in no later batch.
#[test]
fn metrics_that_could_not_be_sent_are_sent_later_where_each_batch_holds_its_own() {
    let _turn = turn();
    let collector = Collector::http();
    collector.answer(Answer::Unavailable);
    let backend = Backend::elastic(collector.endpoint(), "key");
    let telemetry = Telemetry::builder().backend(backend).install().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(super::ask());
    telemetry.flush().unwrap_err();
    collector.answer(Answer::Take);
    runtime.block_on(super::ask());
    telemetry.shutdown().unwrap();
    let requests = collector.received_metrics();
    let resources = requests.iter().flat_map(|received| &received.request.resource_metrics);
    let metrics = resources.flat_map(|known| &known.scope_metrics).flat_map(|scope| &scope.metrics);
    let durations = metrics.filter(|metric| metric.name == "gen_ai.client.operation.duration");
    let points = durations.flat_map(|metric| match &metric.data {
        Some(Data::Histogram(histogram)) => histogram.data_points.clone(),
        _ => Vec::new(),
    });
    let counts: Vec<u64> = points.map(|point| point.count).collect();
    assert_eq!(counts, [1, 1], "one call in each");
}

#[test]
fn headers_of_variables_reach_none_of_several_back_ends() {
    let collectors = [Collector::http(), Collector::http()];
    let places = collectors.each_ref().map(Collector::endpoint).join(" ");
    let variables = [
        ("PROBE_COLLECTORS", &*places),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20hidden"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-key=hidden"),
    ];
    let output = probe("shutdown", &variables);
    let said = text(&output.stderr);
    assert!(output.status.success(), "{said}");
    for name in ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"] {
        let warned = said.lines().filter(|line| line.contains(&format!("{name} is `***`")));
        assert_eq!(warned.count(), 1, "{said}");
    }
    assert!(!said.contains("hidden"), "{said}");
    for collector in &collectors {
        for received in collector.received() {
            assert!(!received.headers.values().any(|value| value.contains("hidden")));
        }
        assert!(!collector.spans().is_empty());
    }
    let strict = [&variables[..], &[("AGENT_TRACE_STRICT", "true")]].concat();
    let output = probe("shutdown", &strict);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).contains("`Backend::header` says for which"));
}

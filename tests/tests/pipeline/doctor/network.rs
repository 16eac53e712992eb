//! Where there is no way to a receiver, or another one than was thought.

use std::net::{Ipv4Addr, SocketAddr};

use agent_trace_runtime::Protocol;
use agent_trace_tests::Collector;
use agent_trace_tests::software::free_ports;

use super::{PROTOCOLS, diagnose, diagnosed, problem, told};

/// A port where nobody listens.
fn closed_port() -> SocketAddr {
    let [port] = free_ports();
    (Ipv4Addr::LOCALHOST, port).into()
}

#[test]
fn a_port_where_nobody_listens_is_told_with_the_usual_one() {
    let place = closed_port();
    for protocol in PROTOCOLS {
        let diagnosis = diagnose(&format!("http://{place}"), protocol);
        let port = if protocol == Protocol::Grpc { "4317 for gRPC" } else { "4318 for HTTP" };
        problem(
            &diagnosis,
            &[
                "spans, metrics and log events",
                "connection refused",
                "start the receiver, or correct `.endpoint(…)`",
                port,
            ],
        );
    }
}

#[test]
fn a_host_that_nobody_knows_is_told_with_the_variable_that_names_it() {
    for protocol in PROTOCOLS {
        let diagnosis = diagnose("http://collector.invalid:4317", protocol);
        problem(
            &diagnosis,
            &[
                "the host `collector.invalid` is not known",
                "correct the name in `.endpoint(…)` in code",
            ],
        );
    }
    let (_, report) = diagnosed(&[(
        "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
        "http://user:secret@collector.invalid/v1/logs",
    )]);
    let told = told(&report, "problem  log events to http://collector.invalid (http/protobuf)");
    assert!(told.contains("in OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"), "{told}");
    assert!(!report.contains("secret"), "{report}");
}

#[test]
fn proxies_that_variables_name_are_told() {
    let collector = Collector::http();
    // It takes requests for any host, as a proxy does.
    let proxy = collector.endpoint();
    let variables =
        [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.invalid:4318"), ("HTTP_PROXY", &proxy)];
    let (is_healthy, report) = diagnosed(&variables);
    assert!(is_healthy, "{report}");
    let through =
        format!("was delivered through the proxy at {} (HTTP_PROXY)", collector.address());
    assert!(report.contains(&through), "{report}");
    assert_eq!(collector.spans().len(), 1);

    let (closed, endpoint) = (closed_port(), collector.endpoint());
    let proxy = format!("http://{closed}");
    let refusing = [("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint), ("HTTP_PROXY", &*proxy)];
    let (is_healthy, report) = diagnosed(&refusing);
    assert!(!is_healthy);
    let told = told(&report, "problem  spans, metrics and log events");
    assert!(told.contains(&format!("the proxy at {closed} refuses")), "{told}");
    assert!(told.contains("correct HTTP_PROXY, or add the receiver's host to NO_PROXY"), "{told}");
    let [endpoint, proxy] = refusing;
    assert!(diagnosed(&[endpoint, proxy, ("NO_PROXY", "127.0.0.1")]).0);
}

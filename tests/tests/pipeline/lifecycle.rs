//! The end of telemetry, from anywhere and at any time, with a collector that hangs; and what must never be exported.

use std::time::{Duration, Instant};

use agent_trace_runtime::opentelemetry_sdk::trace::Sampler;
use agent_trace_runtime::{Backend, Protocol, Telemetry, opentelemetry};
use agent_trace_tests::{Collector, Fault, Proxy};
use opentelemetry::trace::{
    Span as _, SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, Tracer,
    TracerProvider,
};

use crate::{apart, numbers, turn, work};

/// Five seconds, and what the SDK takes beyond them.
const DEADLINE: Duration = Duration::from_secs(6);

fn hanging(protocol: Protocol) -> (Collector, Proxy, Telemetry) {
    let collector = Collector::http();
    let proxy = Proxy::to(collector.address());
    proxy.set(Fault::Hang);
    let endpoint = format!("http://{}", proxy.address());
    let telemetry = Telemetry::builder().endpoint(endpoint).protocol(protocol).install().unwrap();
    (collector, proxy, telemetry)
}

#[test]
fn many_threads_may_flush_and_end_at_once_while_the_collector_hangs() {
    apart("lifecycle::many_threads_may_flush_and_end_at_once_while_the_collector_hangs", || {
        let (_collector, _proxy, telemetry) = hanging(Protocol::Grpc);
        work(1);
        let start = Instant::now();
        std::thread::scope(|scope| {
            let flushes: Vec<_> = (0..4).map(|_| scope.spawn(|| telemetry.flush())).collect();
            for flush in flushes {
                let error = flush.join().unwrap().unwrap_err().to_string();
                assert!(error.contains("in time"), "{error}");
            }
        });
        assert!(start.elapsed() < DEADLINE, "{:?}", start.elapsed());
        let start = Instant::now();
        let ends: Vec<bool> = std::thread::scope(|scope| {
            let ends: Vec<_> =
                (0..4).map(|_| scope.spawn(|| telemetry.shutdown().is_ok())).collect();
            ends.into_iter().map(|end| end.join().unwrap()).collect()
        });
        assert!(start.elapsed() < DEADLINE, "{:?}", start.elapsed());
        assert_eq!(ends.iter().filter(|is_ok| !**is_ok).count(), 1, "one has ended it");
        work(2);
        telemetry.flush().unwrap();
        let start = Instant::now();
        drop(telemetry);
        assert!(start.elapsed() < Duration::from_secs(1), "it has ended");
    });
}

#[test]
fn what_is_left_where_the_collector_hangs_is_in_the_spool() {
    apart("lifecycle::what_is_left_where_the_collector_hangs_is_in_the_spool", || {
        for (protocol, flushes) in [(Protocol::Grpc, true), (Protocol::HttpProtobuf, false)] {
            let folder =
                std::env::temp_dir().join(format!("agent-trace-end-{}", std::process::id()));
            let _ = std::fs::remove_dir_all(&folder);
            let proxy = Proxy::to(([127, 0, 0, 1], 1).into());
            proxy.set(Fault::Hang);
            let builder = Telemetry::builder().endpoint(format!("http://{}", proxy.address()));
            let telemetry = builder.protocol(protocol).spool(&folder).install().unwrap();
            work(0);
            if flushes {
                assert!(telemetry.flush().is_err());
            }
            work(1);
            let start = Instant::now();
            assert!(telemetry.shutdown().is_err());
            assert!(start.elapsed() < DEADLINE, "{:?}", start.elapsed());
            for (kind, _, counts) in telemetry.export_counts() {
                assert_eq!(counts.lost, [], "{kind}");
                assert!(kind == "log events" || counts.spooled > 0, "{kind}: {counts:?}");
                assert!(kind != "spans" || counts.spooled == 2, "{counts:?}");
            }
            let _ = std::fs::remove_dir_all(&folder);
        }
    });
}

#[test]
fn one_receiver_that_hangs_takes_no_time_of_another() {
    apart("lifecycle::one_receiver_that_hangs_takes_no_time_of_another", || {
        let collector = Collector::http();
        let hanging = Proxy::to(([127, 0, 0, 1], 1).into());
        hanging.set(Fault::Hang);
        let telemetry = Telemetry::builder()
            .backend(Backend::jaeger(format!("http://{}", hanging.address())))
            .backend(Backend::collector(collector.endpoint()))
            .install()
            .unwrap();
        work(1);
        std::thread::scope(|scope| {
            let ending = scope.spawn(|| telemetry.shutdown());
            crate::wait_until("the other", || numbers(&collector.spans()).contains_key(&1));
            assert!(!ending.is_finished(), "the one that hangs is still waited for");
            assert!(ending.join().unwrap().is_err());
        });
    });
}

#[test]
fn it_may_end_within_a_runtime_and_by_a_panic() {
    apart("lifecycle::it_may_end_within_a_runtime_and_by_a_panic", || {
        let (_collector, _proxy, telemetry) = hanging(Protocol::HttpProtobuf);
        work(1);
        let start = Instant::now();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            assert!(telemetry.flush().is_err());
            drop(telemetry);
        });
        assert!(start.elapsed() < 2 * DEADLINE, "{:?}", start.elapsed());

        let collector = Collector::http();
        let telemetry = Telemetry::builder().endpoint(collector.endpoint()).install().unwrap();
        let panicking = std::thread::spawn(move || {
            let _telemetry = telemetry;
            work(1);
            panic!("on purpose");
        });
        assert!(panicking.join().is_err());
        assert_eq!(
            numbers(&collector.spans())[&1],
            1,
            "what had ended is exported while it unwinds"
        );
    });
}

#[test]
fn only_sampled_spans_are_exported() {
    let _turn = turn();
    let collector = Collector::http();
    let builder = Telemetry::builder().endpoint(collector.endpoint());
    let telemetry = builder.sampler(Sampler::AlwaysOn).install().unwrap();
    work(1);
    // A sampler may let a span record without being sampled; so does one below such a parent.
    let unsampled = SpanContext::new(
        TraceId::from_bytes([7; 16]),
        SpanId::from_bytes([7; 8]),
        TraceFlags::NOT_SAMPLED,
        true,
        TraceState::NONE,
    );
    telemetry.shutdown().unwrap();
    drop(telemetry);
    let builder = Telemetry::builder().endpoint(collector.endpoint());
    let sampler = Sampler::ParentBased(Box::new(Sampler::AlwaysOn));
    let telemetry = builder.sampler(sampler).install().unwrap();
    {
        let context = opentelemetry::Context::new().with_remote_span_context(unsampled);
        let _entered = context.clone().attach();
        work(2);
        let tracer = telemetry.tracer_provider().tracer("by hand");
        tracer.start_with_context("by hand", &context).end();
    }
    work(3);
    telemetry.shutdown().unwrap();
    let delivered = numbers(&collector.spans());
    assert_eq!(
        (delivered.get(&1), delivered.get(&2), delivered.get(&3)),
        (Some(&1), None, Some(&1))
    );
    assert_eq!(collector.spans().len(), 2);
}

/// Its spans and records go where all go, those of the exporter's clients among them, if they were not kept out: each export
/// would be followed by another one.
#[test]
fn what_exports_makes_no_telemetry() {
    for (collector, protocol) in [(Collector::grpc(), "grpc"), (Collector::http(), "http/protobuf")]
    {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_chatty"));
        command.env_clear().env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint());
        let output = command.env("OTEL_EXPORTER_OTLP_PROTOCOL", protocol).output().unwrap();
        assert!(output.status.success(), "{}", crate::text(&output.stderr));
        let spans = collector.spans();
        let names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).take(5).collect();
        assert_eq!(names, ["app.work", "app.traced"], "{protocol}");
        assert_eq!(collector.log_records().len(), 1, "{protocol}");
    }
}

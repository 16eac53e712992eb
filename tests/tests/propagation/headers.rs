//! The formats: what is written is read again, by ours and by the SDK's.

use std::collections::HashMap;

use agent_trace_runtime::opentelemetry::propagation::TextMapPropagator;
use agent_trace_runtime::opentelemetry::trace::{SpanContext, TraceContextExt};
use agent_trace_runtime::opentelemetry::{Context, global};
use agent_trace_runtime::opentelemetry_sdk::propagation::TraceContextPropagator;
use agent_trace_runtime::opentelemetry_sdk::trace::Sampler;
use agent_trace_runtime::propagation::{self, Carrier, Propagator};
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{agent, current};
use axum::http::HeaderMap;
use serde_json::json;
use tonic::metadata::MetadataMap;

#[agent]
fn caller<C: propagation::CarrierMut>(carrier: &mut C) -> SpanContext {
    propagation::inject(carrier);
    current().span_context()
}

fn remote(carrier: &impl Carrier) -> SpanContext {
    propagation::extract(carrier).span().span_context().clone()
}

fn same_span(one: &SpanContext, other: &SpanContext) -> bool {
    one.trace_id() == other.trace_id()
        && one.span_id() == other.span_id()
        && one.is_sampled() == other.is_sampled()
}

#[test]
fn any_carrier_takes_the_context_along() {
    fn check<C: propagation::CarrierMut>(mut carrier: C) {
        let sent = caller(&mut carrier);
        let received = remote(&carrier);
        assert!(sent.is_valid() && same_span(&sent, &received) && received.is_remote());
    }
    let _recorder = Recorder::install();
    check(HashMap::<String, String>::new());
    check(std::collections::BTreeMap::<String, String>::new());
    check(HeaderMap::new());
    check(MetadataMap::new());
    check(serde_json::Map::new());
    check(json!({ "task": "summarize" }));
    check(json!(null));
}

#[test]
fn every_format_reads_what_it_writes() {
    for propagator in [
        Propagator::TraceContext,
        Propagator::B3,
        Propagator::B3Multi,
        Propagator::Jaeger,
        Propagator::XRay,
    ] {
        for sampler in [Sampler::AlwaysOn, Sampler::TraceIdRatioBased(0.0)] {
            let recorder =
                Recorder::builder().sampler(sampler.clone()).propagators([propagator]).install();
            let mut headers = HeaderMap::new();
            caller(&mut headers);
            let received = remote(&headers);
            assert!(received.is_valid(), "{propagator:?} {headers:?}");
            assert_eq!(received.is_sampled(), matches!(sampler, Sampler::AlwaysOn), "{headers:?}");
            for span in recorder.spans() {
                let data = &span.data().span_context;
                assert!(same_span(data, &received), "{propagator:?} {headers:?}");
            }
        }
    }
}

#[test]
fn the_sdk_reads_ours_and_ours_reads_the_sdks() {
    let _recorder = Recorder::install();
    let mut headers = HashMap::new();
    let sent = caller(&mut headers);
    let theirs = TraceContextPropagator::new();
    let received = theirs.extract(&headers);
    assert!(same_span(&sent, received.span().span_context()));

    let mut again = HashMap::new();
    theirs.inject_context(&received, &mut again);
    assert!(same_span(&sent, &remote(&again)));
}

#[test]
fn all_formats_are_written_and_the_last_that_is_there_is_read() {
    let formats = [Propagator::TraceContext, Propagator::B3];
    let _recorder = Recorder::builder().propagators(formats).install();
    let mut headers = HeaderMap::new();
    let sent = caller(&mut headers);
    assert!(headers.contains_key("traceparent") && headers.contains_key("b3"));

    let other = "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1";
    headers.insert("b3", other.parse().unwrap());
    assert_eq!(remote(&headers).trace_id().to_string(), &other[..32]);
    headers.insert("b3", "nonsense".parse().unwrap());
    assert!(same_span(&sent, &remote(&headers)));
}

#[test]
fn a_state_travels_and_a_stale_one_does_not() {
    let _recorder = Recorder::install();
    let mut came = HeaderMap::new();
    came.insert(
        "traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".parse().unwrap(),
    );
    came.append("tracestate", "congo=t61rcWkgMzE, ".parse().unwrap());
    came.append("tracestate", "rojo=00f067aa0ba902b7".parse().unwrap());
    let attached = propagation::extract(&came).attach();
    let mut leaves = HeaderMap::new();
    caller(&mut leaves);
    assert_eq!(leaves["tracestate"], "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7");
    drop(attached);
    caller(&mut leaves);
    assert!(!leaves.contains_key("tracestate"), "that of another trace: {leaves:?}");
}

#[test]
fn other_libraries_propagate_by_the_global_propagator() {
    let _recorder = Recorder::install();
    let mut headers = HashMap::new();
    let sent = caller(&mut headers);
    let received = global::get_text_map_propagator(|known| known.extract(&headers));
    assert!(same_span(&sent, received.span().span_context()));
    let mut again = HashMap::new();
    global::get_text_map_propagator(|known| known.inject_context(&received, &mut again));
    assert_eq!(again, headers);
}

#[test]
fn nothing_is_written_where_nothing_is_installed() {
    let mut headers = HeaderMap::new();
    caller(&mut headers);
    assert!(headers.is_empty());
    headers.insert(
        "traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".parse().unwrap(),
    );
    assert!(!propagation::extract(&headers).has_active_span());
    assert!(!Context::current().has_active_span());
}

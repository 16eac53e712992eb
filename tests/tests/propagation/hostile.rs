//! Headers that are malformed, oversized or made to hurt: none is taken up, and none fails anything.

use agent_trace_runtime::opentelemetry::trace::TraceContextExt;
use agent_trace_runtime::propagation::{self, Propagator};
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{agent, opentelemetry};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::trace::SpanId;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "b7ad6b7169203331";

/// Ways to spoil one field.
fn spoiled(field: &str) -> Vec<String> {
    let upper = field.to_ascii_uppercase();
    let mut spoiled = vec![
        String::new(),
        "0".repeat(field.len()),
        field[1..].to_owned(),
        format!("{field}0"),
        format!("g{}", &field[1..]),
        format!("+{}", &field[1..]),
        format!(" {}", &field[1..]),
        format!("{}\u{1}", &field[1..]),
        format!("{}é", &field[2..]),
        format!("0x{}", &field[2..]),
        field.replace(|_| true, "٣"),
        field.repeat(200),
    ];
    if upper != field {
        spoiled.push(upper);
    }
    spoiled
}

/// The same, but what is right again without the blanks around it.
fn without_blanks(field: &str) -> Vec<String> {
    spoiled(field).into_iter().filter(|fault| !fault.starts_with(' ')).collect()
}

/// What several headers say that are right.
const B3_MULTI: [(&str, &str); 3] =
    [("x-b3-traceid", TRACE), ("x-b3-spanid", SPAN), ("x-b3-sampled", "1")];

/// Values of `traceparent` that are none.
fn trace_parents() -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    values.extend(spoiled(TRACE).into_iter().map(|trace| format!("00-{trace}-{SPAN}-01")));
    values.extend(spoiled(SPAN).into_iter().map(|span| format!("00-{TRACE}-{span}-01")));
    // All zeros are a version and flags, but ids of nothing.
    let is_zero = |field: &String| field == "00";
    for version in spoiled("00").into_iter().filter(|field| !is_zero(field)) {
        values.push(format!("{version}-{TRACE}-{SPAN}-01"));
    }
    for flags in spoiled("01").into_iter().filter(|field| !is_zero(field)) {
        values.push(format!("00-{TRACE}-{SPAN}-{flags}"));
    }
    for separator in ["", "_", "--", " ", "–", ":", "\t", "/", "."] {
        values.push(["00", TRACE, SPAN, "01"].join(separator));
    }
    for end in ["-", "-00", "-extra", ".", " 1", "01", "\0", ";x=1", ",00", "é"] {
        values.push(format!("00-{TRACE}-{SPAN}-01{end}"));
    }
    for version in ["ff", "FF", "0", "000", "zz", "-1", "0g", "Ff"] {
        values.push(format!("{version}-{TRACE}-{SPAN}-01"));
    }
    for future in ["01", "42", "cc", "fe"] {
        values.push(format!("{future}-{TRACE}-{SPAN}-01.what-the-future-will-be-like"));
        values.push(format!("{future}-{TRACE}-{SPAN}-0"));
        values.push(format!("{future}-{TRACE}-{SPAN}"));
    }
    for length in 0..55 {
        values.push(format!("00-{TRACE}-{SPAN}-01")[..length].to_owned());
    }
    values.extend(["null", "undefined", "{}", "00", "-", "---", "----", "💥"].map(str::to_owned));
    values.push("00-".repeat(10_000));
    values.push("a".repeat(100_000));
    values
}

fn b3() -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    values.extend(spoiled(TRACE).into_iter().map(|trace| format!("{trace}-{SPAN}-1")));
    values.extend(spoiled(SPAN).into_iter().map(|span| format!("{TRACE}-{span}-1")));
    values.extend(["2", "", "D", "yes", "11"].map(|flag| format!("{TRACE}-{SPAN}-{flag}")));
    values.extend(["-", "-x", "-1-1-1"].map(|end| format!("{TRACE}-{SPAN}-1{end}")));
    values.extend(["0", "1", "d", "-", ""].map(str::to_owned));
    values
}

fn jaeger() -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    // Zeros at the start may be left out, so that what is short is none of the faults.
    let faults = |field: &str| {
        let length = field.len();
        spoiled(field).into_iter().filter(move |fault| fault.trim().len() != length - 1)
    };
    values.extend(faults(TRACE).map(|trace| format!("{trace}:{SPAN}:0:1")));
    values.extend(faults(SPAN).map(|span| format!("{TRACE}:{span}:0:1")));
    values.extend(["g", "-1", "100", ""].map(|flags| format!("{TRACE}:{SPAN}:0:{flags}")));
    values.extend([":", "::", ":::", "%3A%3A%3A", "%%%"].map(str::to_owned));
    values
}

fn x_ray() -> Vec<String> {
    let root = "1-0af76519-16cd43dd8448eb211c80319c";
    let mut values = vec![
        format!("Root={root}"),
        format!("Root={root};Parent=;Sampled=1"),
        format!("Root={root};Parent=0000000000000000;Sampled=1"),
        format!("Root={root};Parent={SPAN}0;Sampled=1"),
        format!("Root={root}Parent={SPAN}"),
        format!("Parent={SPAN};Sampled=1"),
        format!("Self={root};Parent={SPAN}"),
    ];
    for root in
        ["", "1", "1-", "1--", "2-0af76519-16cd43dd8448eb211c80319c", "1-é-é", "1-0af7651é", "--"]
    {
        values.push(format!("Root={root};Parent={SPAN};Sampled=1"));
    }
    values
}

#[agent]
fn handler() {}

fn check(propagator: Propagator, name: &'static str, values: Vec<String>) -> usize {
    let recorder = Recorder::builder().propagators([propagator]).install();
    let count = values.len();
    for value in values {
        let mut headers = HeaderMap::new();
        let mut message = serde_json::json!({});
        // Of a format with several headers, all others are right.
        if propagator == Propagator::B3Multi {
            for (other, right) in B3_MULTI.into_iter().filter(|(other, _)| *other != name) {
                headers.insert(other, HeaderValue::from_static(right));
                message[other] = right.into();
            }
        }
        message[name] = value.as_str().into();
        // What no header can hold comes by messages.
        let as_header = HeaderValue::from_bytes(value.as_bytes());
        let contexts = [
            as_header.ok().map(|header| {
                headers.insert(HeaderName::from_static(name), header);
                propagation::extract(&headers)
            }),
            Some(propagation::extract(&message)),
        ];
        for context in contexts.into_iter().flatten() {
            let short: String = value.chars().take(80).collect();
            assert!(!context.has_active_span(), "{name}: {short}");
            let _attached = context.attach();
            handler();
        }
    }
    assert!(recorder.spans().iter().all(|span| span.parent_span_id() == SpanId::INVALID));
    count
}

#[test]
fn nothing_malformed_is_taken_for_a_parent() {
    let checked = check(Propagator::TraceContext, "traceparent", trace_parents())
        + check(Propagator::B3, "b3", b3())
        + check(Propagator::B3Multi, "x-b3-traceid", without_blanks(TRACE))
        + check(Propagator::B3Multi, "x-b3-spanid", without_blanks(SPAN))
        + check(
            Propagator::B3Multi,
            "x-b3-sampled",
            ["2", "", "yes", "-1"].map(str::to_owned).into(),
        )
        + check(Propagator::Jaeger, "uber-trace-id", jaeger())
        + check(Propagator::XRay, "x-amzn-trace-id", x_ray());
    assert!(checked >= 200, "{checked}");
}

#[test]
fn of_several_parents_none_is_taken() {
    let _recorder = Recorder::install();
    let mut headers = HeaderMap::new();
    let value = HeaderValue::from_str(&format!("00-{TRACE}-{SPAN}-01")).unwrap();
    headers.append("traceparent", value.clone());
    assert!(propagation::extract(&headers).has_active_span());
    headers.append("traceparent", value);
    assert!(!propagation::extract(&headers).has_active_span());
}

#[test]
fn what_is_to_come_is_read_as_far_as_it_is_known() {
    let _recorder = Recorder::install();
    for value in [
        format!("01-{TRACE}-{SPAN}-01"),
        format!("cc-{TRACE}-{SPAN}-09-what-the-future-will-be-like"),
        format!("  00-{TRACE}-{SPAN}-ff\t"),
    ] {
        let context = propagation::extract(&serde_json::json!({ "traceparent": value }));
        assert!(context.span().span_context().is_sampled(), "{value}");
    }
}

#[test]
fn a_state_that_is_wrong_is_dropped_and_the_parent_kept() {
    let _recorder = Recorder::install();
    let long = |count: usize| {
        let members: Vec<String> = (0..count).map(|index| format!("k{index}=v")).collect();
        members.join(",")
    };
    let state_of = |state: &str| {
        let message = serde_json::json!({
            "traceparent": format!("00-{TRACE}-{SPAN}-01"),
            "tracestate": state,
        });
        let context = propagation::extract(&message);
        assert!(context.has_active_span());
        context.span().span_context().trace_state().header()
    };
    for wrong in [
        "foo",
        "foo=",
        "=1",
        "foo=1,foo=2",
        "Foo=1",
        "foo =1",
        "foo=1=2",
        "foo=é",
        "foo=\u{1}",
        "@foo=1",
        "foo=1,bar",
        &format!("{}=1", "z".repeat(257)),
        &format!("foo={}", "v".repeat(257)),
        &long(33),
        &format!("foo={},", "v".repeat(250)).repeat(40),
    ] {
        assert_eq!(state_of(wrong), "", "{wrong}");
    }
    assert_eq!(state_of("foo=1, bar=2 ,,\t"), "foo=1,bar=2");
    assert_eq!(state_of(&long(32)), long(32));
}

//! What a trace looks like on the terminal.

use std::time::{Duration, SystemTime};

use opentelemetry::trace::{
    SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};
use unicode_width::UnicodeWidthStr;

use super::render::{Summary, render};
use super::{MAX_WAITING, Traces};
use crate::semconv;

const SUMMARY: Summary<'_> = Summary { service: "support", open: 0 };

/// A span that starts `start` and ends `end` milliseconds after the trace does.
fn span(id: u64, parent: u64, name: &'static str, start: u64, end: u64) -> SpanData {
    let context = SpanContext::new(
        TraceId::from_bytes([0xab; 16]),
        SpanId::from_bytes(id.to_be_bytes()),
        TraceFlags::SAMPLED,
        false,
        TraceState::NONE,
    );
    let at = |offset| SystemTime::UNIX_EPOCH + Duration::from_millis(1_000_000 + offset);
    SpanData {
        span_context: context,
        parent_span_id: SpanId::from_bytes(parent.to_be_bytes()),
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: name.into(),
        start_time: at(start),
        end_time: at(end),
        attributes: Vec::new(),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::default(),
    }
}

fn model_call(mut span: SpanData, input: i64, output: i64) -> SpanData {
    span.attributes.extend([
        KeyValue::new(semconv::REQUEST_MODEL, "gpt-4o"),
        KeyValue::new(semconv::USAGE_INPUT_TOKENS, input),
        KeyValue::new(semconv::USAGE_OUTPUT_TOKENS, output),
    ]);
    span
}

fn failed(mut span: SpanData, error_type: &'static str) -> SpanData {
    span.attributes.push(KeyValue::new(semconv::ERROR_TYPE, error_type));
    span.status = Status::error("");
    span
}

/// The text without its colours.
fn plain(spans: &[SpanData], summary: &Summary<'_>, width: Option<usize>) -> String {
    anstream::adapter::strip_str(&render(spans, summary, width)).to_string()
}

fn trace() -> Vec<SpanData> {
    vec![
        model_call(span(3, 1, "chat gpt-4o", 10, 411), 1412, 38),
        failed(span(5, 4, "execute_tool lookup_order", 430, 433), "OrderError"),
        failed(span(4, 1, "agent.tools", 420, 440), "cancelled"),
        span(2, 1, "search_memory", 1, 10),
        span(1, 0, "invoke_agent support", 0, 1812),
    ]
}

#[test]
fn a_trace_is_one_aligned_tree() {
    let expected = "\
support · 1.8 s · 5 spans · 1,412→38 tokens · 2 errors · trace abababababababababababababababab
invoke_agent support              1.8 s            ok
├─ search_memory                 9.0 ms            ok
├─ chat gpt-4o                   401 ms  1,412→38  ok
└─ agent.tools                    20 ms            cancelled
   └─ execute_tool lookup_order  3.0 ms            error OrderError
";
    assert_eq!(plain(&trace(), &SUMMARY, None), expected);
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in 0..120 {
        for line in plain(&trace(), &SUMMARY, Some(width)).lines() {
            let cells = line.width();
            // Below this, the duration alone fills the line.
            assert!(cells <= width.max(8 + 2 + 6 + 2 + 8 + 2), "{cells} > {width}: {line}");
        }
    }
    let narrow = plain(&trace(), &SUMMARY, Some(52));
    assert!(
        narrow.contains("\n   └─ execute_t…  3.0 ms            error OrderError\n"),
        "{narrow}"
    );
    assert!(narrow.lines().next().is_some_and(|headline| headline.ends_with('…')), "{narrow}");
}

#[test]
fn a_stream_says_when_its_first_chunk_came() {
    let mut spans = trace();
    let streamed = spans.len() - 1;
    let time = KeyValue::new(semconv::TIME_TO_FIRST_CHUNK, 0.012_4);
    spans[streamed].attributes.push(time.clone());
    let told = plain(&spans, &SUMMARY, None);
    let without = plain(&trace(), &SUMMARY, None);
    let name = spans[streamed].name.clone();
    for (line, before) in told.lines().zip(without.lines()) {
        let note = if line.contains(&*name) { " · first chunk 12 ms" } else { "" };
        assert_eq!(line, format!("{before}{note}"));
    }
    assert_eq!(told.matches("first chunk").count(), 1, "{told}");

    for width in 30..100 {
        let told = plain(&spans, &SUMMARY, Some(width));
        assert!(told.lines().all(|line| line.width() <= width), "{width}\n{told}");
    }
}

#[test]
fn wide_characters_are_cut_and_padded_by_their_cells() {
    let spans = [span(2, 1, "工具 查询订单状态", 1, 2), span(1, 0, "invoke_agent 支持", 0, 5)];
    for width in 30..60 {
        let text = plain(&spans, &SUMMARY, Some(width));
        let ends: Vec<usize> =
            text.lines().skip(1).map(|line| line[..line.find("ms").unwrap_or(0)].width()).collect();
        assert_eq!(ends[0], ends[1], "{text}");
    }
}

#[test]
fn names_cannot_move_the_cursor() {
    let text = render(&[span(1, 0, "a\u{1b}[2Jb\nc", 0, 5)], &SUMMARY, None);
    assert!(text.contains("a\u{fffd}[2Jb\u{fffd}c"), "{text}");
}

#[test]
fn a_span_without_its_parent_is_shown_and_said_to_continue() {
    let late = [span(7, 6, "agent.cleanup", 0, 5)];
    let text = plain(&late, &SUMMARY, None);
    assert!(text.contains("· continued\nagent.cleanup"), "{text}");

    let mut remote = late;
    remote[0].parent_span_is_remote = true;
    let text = plain(&remote, &SUMMARY, None);
    assert!(text.contains("· continued from another service\n"), "{text}");
}

#[test]
fn spans_that_never_ended_are_counted() {
    let text = plain(&[span(1, 0, "a", 0, 5)], &Summary { service: "s", open: 2 }, None);
    assert!(text.contains("· 2 still open ·"), "{text}");
}

#[test]
fn a_trace_is_printed_when_its_last_span_ends_and_again_for_late_ones() {
    let mut traces = Traces::default();
    let id = TraceId::from_bytes([0xab; 16]);
    traces.started(id);
    traces.started(id);
    assert!(traces.finished(span(2, 1, "child", 0, 1)).is_none());
    let printed = traces.finished(span(1, 0, "root", 0, 2)).map(|trace| trace.finished.len());
    assert_eq!(printed, Some(2));

    traces.started(id);
    let late = traces.finished(span(3, 1, "late", 3, 4)).map(|trace| trace.finished.len());
    assert_eq!((late, traces.waiting), (Some(1), 0));
}

#[test]
fn a_span_that_never_ends_does_not_hold_the_others_for_ever() {
    let mut traces = Traces::default();
    let id = TraceId::from_bytes([0xab; 16]);
    traces.started(id);
    for number in 0..MAX_WAITING as u64 {
        traces.started(id);
        assert!(traces.finished(span(number + 2, 1, "step", 0, 1)).is_none());
    }
    traces.started(id);
    let printed =
        traces.finished(span(1, 9, "step", 0, 1)).expect("the trace as far as it is known");
    assert_eq!((printed.open, printed.finished.len()), (1, MAX_WAITING + 1));
    assert_eq!(traces.waiting, 0);
}

//! Finished spans as a tree of lines: what the console and the tests' recorder print.

use std::collections::HashMap;

use opentelemetry::Value;
use opentelemetry::trace::{SpanId, Status};
use opentelemetry_sdk::trace::SpanData;

use crate::semconv;

/// One span of a tree, in the order of printing.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    /// The lines that lead from the parent: empty for a root.
    pub(crate) branch: String,
    pub(crate) span: &'a SpanData,
}

/// The spans as rows: children below their parent, in the order in which they started. A span whose
/// parent is not among them is a root.
pub(crate) fn rows(spans: &[SpanData]) -> Vec<Row<'_>> {
    let mut order: Vec<&SpanData> = spans.iter().collect();
    order.sort_by_key(|span| span.start_time);
    let known: HashMap<SpanId, ()> =
        spans.iter().map(|span| (span.span_context.span_id(), ())).collect();
    let mut roots = Vec::new();
    let mut children: HashMap<SpanId, Vec<&SpanData>> = HashMap::new();
    for span in order {
        if known.contains_key(&span.parent_span_id) {
            children.entry(span.parent_span_id).or_default().push(span);
        } else {
            roots.push(span);
        }
    }

    // A stack instead of recursion: an agent that calls itself can nest deeper than a thread's
    // stack holds.
    let mut rows = Vec::with_capacity(spans.len());
    let mut stack: Vec<(String, String, &SpanData)> =
        roots.into_iter().rev().map(|root| (String::new(), String::new(), root)).collect();
    while let Some((branch, below, span)) = stack.pop() {
        let nested = children.remove(&span.span_context.span_id()).unwrap_or_default();
        let last = nested.len().saturating_sub(1);
        for (index, child) in nested.into_iter().enumerate().rev() {
            let (fork, line) =
                if index == last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            stack.push((format!("{below}{fork}"), format!("{below}{line}"), child));
        }
        rows.push(Row { branch, span });
    }
    rows
}

/// How a finished span ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending<'a> {
    Ok,
    Cancelled,
    Failed(&'a str),
}

pub(crate) fn ending(span: &SpanData) -> Ending<'_> {
    if !matches!(span.status, Status::Error { .. }) {
        return Ending::Ok;
    }
    match attribute(span, semconv::ERROR_TYPE) {
        Some(Value::String(name)) if name.as_str() == "cancelled" => Ending::Cancelled,
        Some(Value::String(name)) => Ending::Failed(name.as_str()),
        _ => Ending::Failed("_OTHER"),
    }
}

/// Input and output tokens, where the span has either.
pub(crate) fn tokens(span: &SpanData) -> Option<(i64, i64)> {
    let count = |key| match attribute(span, key) {
        Some(Value::I64(count)) => Some(*count),
        _ => None,
    };
    let (input, output) = (count(semconv::USAGE_INPUT_TOKENS), count(semconv::USAGE_OUTPUT_TOKENS));
    (input.is_some() || output.is_some())
        .then(|| (input.unwrap_or_default(), output.unwrap_or_default()))
}

/// The value of a key; the last one counts where a key was set twice.
pub(crate) fn attribute<'a>(span: &'a SpanData, key: &str) -> Option<&'a Value> {
    span.attributes.iter().rev().find(|known| known.key.as_str() == key).map(|known| &known.value)
}

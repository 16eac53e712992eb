//! Compares each span with what the program knows of its call.

use std::collections::{HashMap, HashSet};

use agent_trace_runtime::opentelemetry::Value;
use agent_trace_runtime::opentelemetry::trace::{SpanContext, SpanId, TraceId};
use agent_trace_runtime::testing::RecordedSpan;

use crate::facts::Fact;

/// Which calls have a conversation.
fn is_of_conversations(span: &RecordedSpan) -> bool {
    let names = ["chat", "execute_tool", "invoke_agent", "invoke_workflow"];
    span.name().split(' ').next().is_some_and(|operation| names.contains(&operation))
}

fn integer(span: &RecordedSpan, key: &str) -> Option<i64> {
    match span.attribute(key) {
        Some(Value::I64(number)) => Some(*number),
        _ => None,
    }
}

pub(crate) fn check(spans: &[RecordedSpan], facts: &HashMap<i64, Fact>) {
    let mut by_node = HashMap::new();
    for span in spans {
        let node = integer(span, "app.node").expect("every call has a node");
        assert!(facts.contains_key(&node), "nobody has called `{}`", span.name());
        assert!(by_node.insert(node, span).is_none(), "`{}` has two spans", span.name());
    }
    let mut traces = HashMap::new();
    for fact in facts.values() {
        let span = by_node.get(&fact.id).unwrap_or_else(|| panic!("no span of {fact:?}"));
        check_span(span, fact, &by_node, &mut traces);
    }
    let trace_ids: HashSet<TraceId> = traces.values().copied().collect();
    assert_eq!(trace_ids.len(), traces.len(), "two traces have the same id");
}

fn check_span(
    span: &RecordedSpan,
    fact: &Fact,
    by_node: &HashMap<i64, &RecordedSpan>,
    traces: &mut HashMap<u64, TraceId>,
) {
    let told = |key| span.attribute(key).map(Value::to_string);
    let name = span.name();
    let parent = fact.place.parent.map_or(SpanId::INVALID, |parent| by_node[&parent].span_id());
    assert_eq!(span.parent_span_id(), parent, "parent of `{name}`: {fact:?}");
    let trace_id = *traces.entry(fact.place.trace).or_insert_with(|| span.trace_id());
    assert_eq!(span.trace_id(), trace_id, "trace of `{name}`: {fact:?}");
    let conversation = fact.place.conversation.clone().filter(|_| is_of_conversations(span));
    assert_eq!(told("gen_ai.conversation.id"), conversation, "conversation of `{name}`: {fact:?}");
    assert_eq!(told("user.id"), fact.place.user, "user of `{name}`: {fact:?}");
    let outcome = match (fact.has_finished, fact.is_stream) {
        (true, _) => None,
        (false, true) => Some("abandoned"),
        (false, false) => Some("cancelled"),
    };
    assert_eq!(span.error_type(), outcome, "outcome of `{name}`: {fact:?}");
    let last = integer(span, "app.last");
    assert_eq!(last, fact.has_finished.then_some(fact.id), "call of `{name}`: {fact:?}");
    let links: Vec<SpanContext> =
        span.data().links.links.iter().map(|link| link.span_context.clone()).collect();
    let linked: Vec<SpanContext> =
        fact.linked.iter().map(|sender| by_node[sender].data().span_context.clone()).collect();
    assert_eq!(links, linked, "links of `{name}`: {fact:?}");
}

/// Whether the seed has led to anything worth a check.
pub(crate) fn check_coverage(facts: &HashMap<i64, Fact>) {
    let count = |is_meant: fn(&Fact) -> bool| facts.values().filter(|fact| is_meant(fact)).count();
    let counts = [
        ("calls", facts.len()),
        ("cancelled", count(|fact| !fact.has_finished && !fact.is_stream)),
        ("abandoned", count(|fact| !fact.has_finished && fact.is_stream)),
        ("streams to their end", count(|fact| fact.has_finished && fact.is_stream)),
        ("other roots", count(|fact| fact.place.parent.is_none()) - 1_000),
        ("linked", facts.values().map(|fact| fact.linked.len()).sum()),
    ];
    eprintln!("{counts:?}");
    assert!(counts[0].1 > 10_000, "{counts:?}");
    assert!(counts.iter().all(|(_, count)| *count > 100), "{counts:?}");
}

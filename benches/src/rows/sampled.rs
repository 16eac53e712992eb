//! What a call costs that is sampled, and what it costs while it waits or streams.

use super::Run;
use crate::calls;
use crate::kits::{Ours, Peers};
use crate::table::{BY_HAND, Row, TRACING, Target};
use crate::work::SPANS_OF_TRACE;

const fn times(times: f64, peer: &'static str) -> Target {
    Target::AtMostTimes { times, peer }
}

/// With spans alone.
pub fn spans(run: &Run, ours: &Ours, peers: &Peers) -> Vec<Row> {
    let trace_targets = |row: Row| row.target(times(0.9, BY_HAND)).target(times(0.4, TRACING));
    let rows = [
        run.timed("sampled: #[llm_call], 13 attributes", 1, || calls::chat(ours, peers))
            .map(|row| row.target(times(0.35, TRACING))),
        run.timed("sampled: #[tool] in a trace of 100 spans, per span", SPANS_OF_TRACE, || {
            calls::trace_of_tools(ours, peers)
        })
        .map(trace_targets),
        run.timed("sampled: #[step] in a trace of 100 spans, per span", SPANS_OF_TRACE, || {
            calls::trace_of_steps(ours, peers)
        })
        .map(trace_targets),
        run.timed("poll of a pending annotated future", 1, || calls::poll(ours, peers))
            .map(|row| row.target(Target::AtMost(35.0))),
        run.timed("chunk of a stream", 1, || calls::chunk(ours, peers))
            .map(|row| row.target(Target::AtMost(50.0))),
    ];
    rows.into_iter().flatten().collect()
}

/// With metrics beside them.
pub fn with_metrics(run: &Run, ours: &Ours, peers: &Peers) -> Vec<Row> {
    let rows = [
        run.timed("sampled: #[llm_call], 13 attributes, with metrics", 1, || {
            calls::measured_chat(ours, peers)
        })
        .map(|row| row.target(times(0.8, BY_HAND)).target(times(0.35, TRACING)))
        .map(|row| row.note("by hand has the same metrics, the other peers have none")),
        run.timed(
            "sampled: #[tool] in a trace of 100 spans, with metrics, per span",
            SPANS_OF_TRACE,
            || calls::trace_of_tools(ours, peers),
        )
        .map(|row| {
            row.note(
                "ours has the metric of each tool and counts it for its agent, the peers have none",
            )
        }),
        run.timed("chunk of a stream, with the metric of each chunk", 1, || {
            calls::chunk(ours, peers)
        })
        .map(|row| row.note("the peers have no metrics")),
    ];
    rows.into_iter().flatten().collect()
}

//! What a call costs that is not recorded.
//!
//! A future that is ready is polled once, in a loop, so that no executor costs anything.

use agent_trace_runtime::testing::Recorder;
use opentelemetry_sdk::trace::Sampler;

use super::Run;
use crate::calls::{
    chat_off, chat_unsampled, measured_chat_unsampled, tool_off, tool_unsampled, unsampled_parent,
};
use crate::kits::{Ours, Peers, unsampled_by_hand};
use crate::table::{PLAIN, Row, Target};

const NOT_INSTALLED: Target = Target::AtMostAbove { above: 3.0, peer: PLAIN };
const NOT_SAMPLED: Target = Target::AtMost(80.0);

/// Before anything is installed.
pub fn not_installed(run: &Run) -> Vec<Row> {
    let rows = [
        run.timed("not installed: #[llm_call]", 1, chat_off),
        run.timed("not installed: #[tool]", 1, tool_off),
    ];
    rows.into_iter().flatten().map(|row| row.target(NOT_INSTALLED)).collect()
}

/// While nothing else is installed. A recorder stands for telemetry: it takes a sampler in code.
pub fn never_sampled(run: &Run) -> Vec<Row> {
    let by_hand = unsampled_by_hand();
    let recorder = Recorder::builder().sampler(Sampler::AlwaysOff);
    let installed = recorder.metrics(false).install_global().expect("no other is installed");
    let rows = [
        run.timed("not sampled: #[llm_call], always off", 1, || chat_unsampled(&by_hand)),
        run.timed("not sampled: #[tool], always off", 1, || tool_unsampled(&by_hand)),
    ];
    let rows = rows.into_iter().flatten().map(|row| row.target(NOT_SAMPLED));
    drop(installed);
    let recorder = Recorder::builder().sampler(Sampler::AlwaysOff);
    let _installed = recorder.install_global().expect("no other is installed");
    let what = "not sampled: #[llm_call] with metrics, always off";
    let measured = run.timed(what, 1, || measured_chat_unsampled(&by_hand));
    rows.chain(measured).collect()
}

/// Below a parent in another service that has not been sampled.
pub fn below_unsampled(run: &Run, _ours: &Ours, peers: &Peers) -> Vec<Row> {
    let _attached = unsampled_parent().attach();
    let by_hand = &peers.by_hand;
    let rows = [
        run.timed("not sampled: #[llm_call], remote parent", 1, || chat_unsampled(by_hand)),
        run.timed("not sampled: #[tool], remote parent", 1, || tool_unsampled(by_hand)),
    ];
    rows.into_iter().flatten().map(|row| row.target(NOT_SAMPLED)).collect()
}

//! What a call costs that is not sampled: where nothing ever is, and below a remote parent that is not.

use std::process::Command;

use super::{Figures, Run};
use crate::calls;
use crate::kits::{Ours, Peers, unsampled_by_hand};
use crate::table::{Row, Target, Unit};

const MEASURED: &str = "not sampled: #[llm_call] with metrics, always off";
const TARGET: Target = Target::AtMost(80.0);

/// Below a parent in another service. `ours` is installed; the default sampler does as the parent did.
pub fn below_parent(run: &Run, _ours: &Ours, peers: &Peers) -> Vec<Row> {
    let _parent = calls::unsampled_parent().attach();
    let by_hand = &peers.by_hand;
    let rows = [
        run.timed("not sampled: #[llm_call], remote parent", 1, || calls::chat_unsampled(by_hand)),
        run.timed("not sampled: #[tool], remote parent", 1, || calls::tool_unsampled(by_hand)),
    ];
    rows.into_iter().flatten().map(|row| row.target(TARGET)).collect()
}

/// `program` is the path of the binary `environment`: the sampler of a process is set by its environment.
pub fn always_off(run: &Run, program: &str) -> Vec<Row> {
    let run = serde_json::to_string(run).expect("a run is JSON");
    let mut program = Command::new(program);
    let told = Figures::told_by(program.arg(run).env("OTEL_TRACES_SAMPLER", "always_off"));
    let row = |figures: &Figures| {
        let row = figures.row(Unit::Nanoseconds);
        if figures.what == MEASURED {
            row.note("metrics are of all calls: this one measures, and by hand as well")
        } else {
            row.target(TARGET)
        }
    };
    told.iter().map(row).collect()
}

/// In that program.
pub fn figures(run: &Run) -> Vec<Figures> {
    let by_hand = unsampled_by_hand();
    let mut figures = Vec::new();
    {
        let _ours = Ours::install();
        let (chat, tool) =
            ("not sampled: #[llm_call], always off", "not sampled: #[tool], always off");
        figures.extend(run.figures(chat, 1, || calls::chat_unsampled(&by_hand)));
        figures.extend(run.figures(tool, 1, || calls::tool_unsampled(&by_hand)));
    }
    let _ours = Ours::install_with_metrics();
    figures.extend(run.figures(MEASURED, 1, || calls::measured_chat_unsampled(&by_hand)));
    figures
}

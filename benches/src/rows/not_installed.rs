//! What a call costs where no telemetry is installed, or it is switched off.
//!
//! A future that is ready is polled once, in a loop, so that no executor costs anything.

use std::process::Command;

use agent_trace_runtime::Telemetry;

use super::{Figures, Run};
use crate::calls;
use crate::table::{PLAIN, Row, Target, Unit};

/// The variable that switches telemetry off.
pub const DISABLED: &str = "OTEL_SDK_DISABLED";

const TARGET: Target = Target::AtMostAbove { above: 3.0, peer: PLAIN };

/// Before anything is installed in this process.
pub fn rows(run: &Run) -> Vec<Row> {
    let rows = [
        run.timed("not installed: #[llm_call]", 1, calls::chat_off),
        run.timed("not installed: #[tool]", 1, calls::tool_off),
    ];
    rows.into_iter().flatten().map(|row| row.target(TARGET)).collect()
}

/// `program` is the path of the binary `environment`.
pub fn disabled(run: &Run, program: &str) -> Vec<Row> {
    let run = serde_json::to_string(run).expect("a run is JSON");
    let told = Figures::told_by(Command::new(program).arg(run).env(DISABLED, "true"));
    told.iter().map(|figures| figures.row(Unit::Nanoseconds).target(TARGET)).collect()
}

/// In that program.
pub fn figures(run: &Run) -> Vec<Figures> {
    let _telemetry = Telemetry::builder().install().expect("no other is installed");
    let figures = [
        run.figures("OTEL_SDK_DISABLED=true: #[llm_call]", 1, calls::chat_off),
        run.figures("OTEL_SDK_DISABLED=true: #[tool]", 1, calls::tool_off),
    ];
    figures.into_iter().flatten().collect()
}

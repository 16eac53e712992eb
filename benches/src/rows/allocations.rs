//! How often a call allocates, as a program of its own counts it: its allocator is no part of what is timed.

use std::process::Command;

use super::{Figures, Run, not_installed};
use crate::table::{Row, Target, Unit};

/// What that program counts, and what is asked of it.
pub const OF_CONSTANTS: &str = "allocations: sampled #[llm_call] with static names";
pub const OF_CHAT: &str = "allocations: sampled #[llm_call], 13 attributes";
pub const OF_MEASURED_CHAT: &str = "allocations: sampled #[llm_call], 13 attributes, with metrics";
pub const OF_TOOLS: &str = "allocations: sampled #[tool] in a trace of 100 spans, per span";
pub const OF_STEPS: &str = "allocations: sampled #[step] in a trace of 100 spans, per span";
pub const NOT_INSTALLED: &str = "allocations: not installed";
pub const DISABLED: &str = "allocations: OTEL_SDK_DISABLED=true";
pub const NOT_SAMPLED: &str = "allocations: not sampled";
pub const NOT_SAMPLED_MEASURED: &str = "allocations: not sampled, with metrics";
pub const OF_POLL: &str = "allocations: poll of a pending annotated future";
pub const OF_CHUNK: &str = "allocations: chunk of a stream";
pub const OF_MEASURED_CHUNK: &str = "allocations: chunk of a stream, with the metric of each chunk";

/// `program` is the path of the binary `allocations`.
pub fn rows(run: &Run, program: &str) -> Vec<Row> {
    eprintln!("counting allocations");
    let mut counted = Figures::told_by(&mut Command::new(program));
    let mut disabled = Command::new(program);
    counted.extend(Figures::told_by(disabled.env(not_installed::DISABLED, "true")));
    counted.iter().filter(|counted| run.wants(&counted.what)).map(row).collect()
}

fn row(counted: &Figures) -> Row {
    let row = counted.row(Unit::Allocations);
    match counted.what.as_str() {
        OF_CONSTANTS => row.target(Target::AtMost(4.0)),
        OF_CHAT | OF_MEASURED_CHAT | OF_TOOLS | OF_STEPS | NOT_SAMPLED_MEASURED => row,
        _ => row.target(Target::AtMost(0.0)),
    }
}

//! How often a call allocates, as a program of its own counts it: its allocator is no part of what is timed.

use std::process::Command;

use serde::{Deserialize, Serialize};

use super::Run;
use crate::table::{Row, Target, Unit};

/// What that program counts, and what is asked of it.
pub const OF_CONSTANTS: &str = "allocations: sampled #[llm_call] with static names";
pub const OF_CHAT: &str = "allocations: sampled #[llm_call], 13 attributes";
pub const OF_MEASURED_CHAT: &str = "allocations: sampled #[llm_call], 13 attributes, with metrics";
pub const OF_TOOLS: &str = "allocations: sampled #[tool] in a trace of 100 spans, per span";
pub const NOT_INSTALLED: &str = "allocations: not installed";
pub const NOT_SAMPLED: &str = "allocations: not sampled";
pub const NOT_SAMPLED_MEASURED: &str = "allocations: not sampled, with metrics";
pub const OF_POLL: &str = "allocations: poll of a pending annotated future";
pub const OF_CHUNK: &str = "allocations: chunk of a stream";
pub const OF_MEASURED_CHUNK: &str = "allocations: chunk of a stream, with the metric of each chunk";

/// Allocations of one run of each variant.
#[derive(Debug, Deserialize, Serialize)]
pub struct Counted {
    pub what: String,
    pub figures: Vec<(String, f64)>,
}

/// `program` is the path of the binary `allocations`.
pub fn rows(run: &Run, program: &str) -> Vec<Row> {
    eprintln!("counting allocations");
    let output = Command::new(program).output().expect("the program was built with this one");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let counted: Vec<Counted> = serde_json::from_slice(&output.stdout).expect("it prints counts");
    counted.into_iter().filter(|counted| run.wants(&counted.what)).map(row).collect()
}

fn row(Counted { what, figures }: Counted) -> Row {
    let figures = figures.iter().map(|(name, figure)| (name.as_str(), *figure));
    let row = Row::of(&what, Unit::Allocations, figures);
    match what.as_str() {
        OF_CONSTANTS => row.target(Target::AtMost(4.0)),
        OF_CHAT | OF_MEASURED_CHAT | OF_TOOLS | NOT_SAMPLED_MEASURED => row,
        _ => row.target(Target::AtMost(0.0)),
    }
}

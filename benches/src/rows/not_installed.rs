//! What a call costs where no telemetry is installed.
//!
//! A future that is ready is polled once, in a loop, so that no executor costs anything.

use super::Run;
use crate::calls;
use crate::table::{PLAIN, Row, Target};

/// Before anything is installed in this process.
pub fn rows(run: &Run) -> Vec<Row> {
    let rows = [
        run.timed("not installed: #[llm_call]", 1, calls::chat_off),
        run.timed("not installed: #[tool]", 1, calls::tool_off),
    ];
    let target = Target::AtMostAbove { above: 3.0, peer: PLAIN };
    rows.into_iter().flatten().map(|row| row.target(target)).collect()
}

//! Allocations, sizes of futures and instructions are those of `counts.json`.
//!
//! ```console
//! $ cargo test --release -p agent-trace-benches --test counts
//! ```
//!
//! Instructions take `valgrind` and `cargo install gungraun-runner --version 0.20.0 --locked`.

use std::{env, fs};

use agent_trace_benches::expected::{Expected, accepted, changes};
use agent_trace_benches::rows::{Run, allocations, instructions, sizes};
use agent_trace_benches::table::Mode;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/counts.json");
const ACCEPT: &str = "UPDATE_EXPECT=1 cargo test --release -p agent-trace-benches --test counts";

#[test]
#[cfg_attr(debug_assertions, ignore = "counts are those of `cargo test --release`")]
fn counts_are_as_expected() {
    let run = Run { mode: Mode::Short, only: String::new() };
    let mut rows = sizes::rows(&run);
    rows.extend(allocations::rows(&run, env!("CARGO_BIN_EXE_allocations")));
    rows.extend(instructions::rows(&run, env!("CARGO_BIN_EXE_instructions")));
    if let Some(row) = rows.iter().find(|row| row.ours.is_none()) {
        panic!("{row}");
    }
    // What is accepted step by step may not drift past what is to be reached.
    for row in &rows {
        let missed = row.targets.iter().find(|target| row.reaches(**target) == Some(false));
        assert_eq!(missed, None, "{row}");
    }
    if env::var_os("UPDATE_EXPECT").is_some() {
        let json = serde_json::to_string_pretty(&accepted(&rows)).unwrap();
        return fs::write(FILE, json + "\n").unwrap();
    }
    let expected: Expected = serde_json::from_str(&fs::read_to_string(FILE).unwrap()).unwrap();
    let changes = changes(&expected, &rows);
    assert!(changes.is_empty(), "{}\n\nTo accept: {ACCEPT}", changes.join("\n"));
}

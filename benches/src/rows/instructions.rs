//! Instructions of the hot paths, counted by valgrind: they do not move with what else the machine does.
//!
//! It takes `valgrind` and `cargo install gungraun-runner --version 0.20.0 --locked`. The paths are those of
//! `src/bin/instructions.rs`.

use std::process::Command;

use serde_json::Value;

use super::Run;
use crate::table::{BY_HAND, OURS, PLAIN, Row, Unit};

/// How often a path runs while it is counted.
pub const RUNS: u64 = 1_000;

/// How the names in `src/bin/instructions.rs` end.
const KITS: [(&str, &str); 3] = [("_ours", OURS), ("_plain", PLAIN), ("_by_hand", BY_HAND)];

const PREFIX: &str = "instructions: ";

/// Only where all rows are wanted, or these by name. Where they cannot be counted, one row says why.
/// `program` is the path of the binary `instructions`.
pub fn rows(run: &Run, program: &str) -> Vec<Row> {
    if !PREFIX.contains(&run.only) && !run.only.contains("instructions") {
        return Vec::new();
    }
    eprintln!("counting instructions");
    match count(program) {
        Ok(counted) => rows_of(&counted).into_iter().filter(|row| run.wants(&row.what)).collect(),
        Err(why) => vec![Row::left_out("instructions", Unit::Instructions, why)],
    }
}

/// Instructions of one run, by the names of the paths.
fn count(program: &str) -> Result<Vec<(String, f64)>, String> {
    let mut program = Command::new(program);
    program.current_dir(env!("CARGO_MANIFEST_DIR")).args(["--bench", "--output-format=json"]);
    let output = program.output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let output = String::from_utf8_lossy(&output.stdout);
    let counted: Option<Vec<_>> = output.lines().map(counted).collect();
    counted.ok_or_else(|| format!("not what gungraun 0.20 prints: {output}"))
}

/// What one line of gungraun's summary says.
fn counted(line: &str) -> Option<(String, f64)> {
    let summary: Value = serde_json::from_str(line).ok()?;
    let count = summary.pointer("/profiles/0/data/total/metrics/Ir/values/new")?.as_f64()?;
    Some((summary["id"].as_str()?.to_owned(), count / RUNS as f64))
}

/// The figures of one path stand below each other.
fn rows_of(counted: &[(String, f64)]) -> Vec<Row> {
    let split = counted.iter().filter_map(|(name, count)| {
        let is_end = |(end, kit)| name.strip_suffix(end).map(|path| (path, kit));
        let (path, kit) = KITS.into_iter().find_map(is_end)?;
        Some((path, kit, *count))
    });
    let split: Vec<(&str, &str, f64)> = split.collect();
    let paths = split.chunk_by(|(one, ..), (other, ..)| one == other);
    let row = |path: &[(&str, &str, f64)]| {
        let what = format!("{PREFIX}{}", path[0].0.replace('_', " "));
        Row::of(what, Unit::Instructions, path.iter().map(|(_, kit, count)| (*kit, *count)))
    };
    paths.map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_tells_the_instructions_of_one_run() {
        let line = r#"{"id":"tool_ours","profiles":[{"data":{"total":{"metrics":{"Ir":{"values":{"new":5000,"old":1}}}}}}]}"#;
        assert_eq!(counted(line), Some(("tool_ours".to_owned(), 5.0)));
        assert_eq!(counted("{}"), None);
    }

    #[test]
    fn kits_of_one_path_are_one_row() {
        let figure = |name: &str, count| (name.to_owned(), count);
        let rows = rows_of(&[
            figure("failing_tool_ours", 3.0),
            figure("failing_tool_by_hand", 4.0),
            figure("poll_ours", 1.0),
        ]);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].what, "instructions: failing tool");
        assert_eq!(rows[0].ours, Some(3.0));
        assert_eq!(rows[0].peers[0].name, BY_HAND);
    }
}

//! The conventions' data, which tests compare with.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder that `AGENT_TRACE_SEMCONV_DIR` names; where it names none, that is said.
pub fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("AGENT_TRACE_SEMCONV_DIR").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: AGENT_TRACE_SEMCONV_DIR does not say where the conventions are");
    }
    folder
}

/// The rows of a table, each by its columns' names.
///
/// # Panics
///
/// Where there is no such table.
pub fn table(folder: &Path, name: &str) -> Vec<HashMap<String, String>> {
    let text = fs::read_to_string(folder.join(name)).unwrap();
    let mut lines = text.lines().map(|line| line.split('\t').map(str::to_owned));
    let columns: Vec<String> = lines.next().unwrap().collect();
    lines.map(|fields| columns.iter().cloned().zip(fields).collect()).collect()
}

//! Prints the table of costs.
//!
//! ```console
//! $ cargo bench -p agent-trace-benches                    # the whole table
//! $ cargo bench -p agent-trace-benches -- --short         # in under three minutes
//! $ cargo bench -p agent-trace-benches -- --only chunk --json costs.json
//! ```

use std::path::PathBuf;
use std::{fs, io};

use agent_trace_benches::kits::{Ours, Peers};
use agent_trace_benches::machine::Machine;
use agent_trace_benches::processes;
use agent_trace_benches::rows::{
    Run, allocations, instructions, not_installed, requests, sampled, sizes, unsampled,
};
use agent_trace_benches::table::{Mode, Section, Table};
use clap::Parser;

#[derive(Parser)]
struct Arguments {
    /// Measures less of everything.
    #[arg(long)]
    short: bool,
    /// Writes the table as JSON, too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Measures only the rows whose names contain this.
    #[arg(long, value_name = "SUBSTRING", default_value = "")]
    only: String,
    /// What cargo passes.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> io::Result<()> {
    let Arguments { short, json, only, .. } = Arguments::parse();
    let run = Run { mode: if short { Mode::Short } else { Mode::Full }, only };
    let mut sections = calls(&run);
    let rows = processes::rows(&run, env!("CARGO_BIN_EXE_process"), env!("CARGO_TARGET_TMPDIR"));
    sections.push(Section { title: "processes", rows });
    sections.retain(|section| !section.rows.is_empty());
    let table = Table { machine: Machine::here(), mode: run.mode, sections };
    println!("{table}");
    match json {
        Some(path) => fs::write(path, serde_json::to_string_pretty(&table)?),
        None => Ok(()),
    }
}

/// They come in the order of what is installed: the peers stay until the process ends.
fn calls(run: &Run) -> Vec<Section> {
    let mut off = not_installed::rows(run);
    off.extend(not_installed::disabled(run, env!("CARGO_BIN_EXE_environment")));
    off.extend(unsampled::always_off(run, env!("CARGO_BIN_EXE_environment")));
    let peers = Peers::install();
    let ours = Ours::install();
    off.extend(unsampled::below_parent(run, &ours, &peers));
    let mut sampled = sampled::spans(run, &ours, &peers);
    let requests = requests::rows(run, &ours, &peers);
    drop(ours);
    let ours = Ours::install_with_metrics();
    sampled.extend(sampled::with_metrics(run, &ours, &peers));
    let mut counts = sizes::rows(run);
    counts.extend(allocations::rows(run, env!("CARGO_BIN_EXE_allocations")));
    let instructions = instructions::rows(run, env!("CARGO_BIN_EXE_instructions"));
    vec![
        Section { title: "calls that are not recorded", rows: off },
        Section { title: "calls that are recorded", rows: sampled },
        Section { title: "requests between services", rows: requests },
        Section { title: "counts", rows: counts },
        Section { title: "instructions", rows: instructions },
    ]
}

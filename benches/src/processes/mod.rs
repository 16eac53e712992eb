//! Rows that need processes of their own: one file for each, with what its process does and how the table
//! shows it. A process has one kit, and nothing of the others.

mod away;
mod delivery;
mod generated;
mod kit;
mod resources;
mod sink;
mod steady;
mod threads;

use std::fmt::Debug;
use std::path::Path;
use std::process::Command;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::rows::Run;
use crate::table::Row;
use away::Away;
use kit::KitName;
use steady::Steady;
use threads::Threads;

/// What one process does. It is told so as JSON, in its only argument.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub enum Process {
    /// Takes spans by OTLP.
    Sink,
    Threads(KitName, Threads),
    Steady(KitName, Steady),
    Away(KitName, Away),
}

impl Process {
    /// What the process does, in itself.
    pub fn run(self) {
        match self {
            Self::Sink => sink::run(),
            Self::Threads(kit, threads) => print(&kit.measure(threads)),
            Self::Steady(kit, steady) => print(&kit.measure(steady)),
            Self::Away(kit, away) => print(&kit.measure(away)),
        }
    }

    /// How `program`, the binary `process`, is started for it.
    fn command(self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.arg(serde_json::to_string(&self).expect("a process is JSON"));
        command
    }
}

fn print(figures: &impl Serialize) {
    println!("{}", serde_json::to_string(figures).expect("figures are JSON"));
}

/// Waits for the process, and reads what it has measured.
fn figures<F: DeserializeOwned>(command: &mut Command) -> F {
    let output = command.output().expect("the program was built with this one");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("it prints its figures")
}

/// Figures of every variant, in turns: each round begins with another one.
fn in_turns<N: Copy, F: Debug>(
    rounds: usize,
    variants: &[N],
    mut measure: impl FnMut(N) -> F,
) -> Vec<(N, Vec<F>)> {
    let mut all: Vec<_> = variants.iter().map(|name| (*name, Vec::new())).collect();
    for round in 0..rounds {
        for position in 0..variants.len() {
            let (name, figures) = &mut all[(round + position) % variants.len()];
            figures.push(measure(*name));
        }
    }
    all
}

fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// The rows of all processes; `program` is the path of the binary `process`, and programs are written and built
/// in `folder`.
pub fn rows(run: &Run, program: &str, folder: &str) -> Vec<Row> {
    let mut rows = threads::rows(run, program);
    rows.extend(steady::rows(run, program));
    rows.extend(away::rows(run, program));
    let folder = Path::new(folder).join("generated");
    rows.extend(generated::compile_time::rows(run, &folder));
    rows.extend(generated::binary_size::rows(run, &folder));
    rows.retain(|row| run.wants(&row.what));
    rows
}

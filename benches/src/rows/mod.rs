//! The rows of the table.

pub mod allocations;
pub mod instructions;
pub mod not_installed;
pub mod requests;
pub mod sampled;
pub mod sizes;
pub mod unsampled;

use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::alternate::{Variant, alternate};
use crate::table::{Mode, Row, Unit};

/// What a run measures.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Run {
    pub mode: Mode,
    /// What the names of rows have to contain.
    pub only: String,
}

impl Run {
    pub fn wants(&self, what: &str) -> bool {
        what.contains(&self.only)
    }

    /// Nanoseconds, where they are wanted, of one of the parts that each of the variants has.
    fn timed<'a>(
        &self,
        what: &str,
        parts: u64,
        variants: impl FnOnce() -> Vec<Variant<'a>>,
    ) -> Option<Row> {
        let figures = self.figures(what, parts, variants);
        figures.map(|figures| figures.row(Unit::Nanoseconds))
    }

    fn figures<'a>(
        &self,
        what: &str,
        parts: u64,
        variants: impl FnOnce() -> Vec<Variant<'a>>,
    ) -> Option<Figures> {
        self.wants(what).then(|| {
            eprintln!("measuring: {what}");
            let figures = alternate(self.mode, variants());
            let part = |(name, time): (&str, f64)| (name.to_owned(), time / parts as f64);
            Figures { what: what.to_owned(), figures: figures.into_iter().map(part).collect() }
        })
    }
}

/// A row as one process tells it to another.
#[derive(Debug, Deserialize, Serialize)]
pub struct Figures {
    pub what: String,
    pub figures: Vec<(String, f64)>,
}

impl Figures {
    fn row(&self, unit: Unit) -> Row {
        let figures = self.figures.iter().map(|(name, figure)| (name.as_str(), *figure));
        Row::of(&self.what, unit, figures)
    }

    /// What another program prints of a run.
    fn told_by(program: &mut Command) -> Vec<Self> {
        let output = program.stderr(Stdio::inherit()).output();
        let output = output.expect("the program was built with this one");
        assert!(output.status.success(), "{program:?} has said why");
        serde_json::from_slice(&output.stdout).expect("it prints figures")
    }
}

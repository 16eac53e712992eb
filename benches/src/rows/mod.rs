//! The rows of the table.

pub mod allocations;
pub mod instructions;
pub mod off;
pub mod sampled;
pub mod sizes;

use crate::alternate::{Variant, alternate};
use crate::table::{Mode, Row, Unit};

/// What a run measures.
#[derive(Clone, Debug)]
pub struct Run {
    pub mode: Mode,
    /// What the names of rows have to contain.
    pub only: String,
}

impl Run {
    pub fn wants(&self, what: &str) -> bool {
        what.contains(&self.only)
    }

    /// A row of nanoseconds, where it is wanted: of one of the parts that each of the variants has.
    fn timed<'a>(
        &self,
        what: &str,
        parts: u64,
        variants: impl FnOnce() -> Vec<Variant<'a>>,
    ) -> Option<Row> {
        self.wants(what).then(|| {
            eprintln!("measuring: {what}");
            let figures = alternate(self.mode, variants());
            let figures = figures.into_iter().map(|(name, time)| (name, time / parts as f64));
            Row::of(what, Unit::Nanoseconds, figures)
        })
    }
}

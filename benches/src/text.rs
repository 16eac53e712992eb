//! The table as aligned text, for people.

use std::fmt;

use crate::machine::Machine;
use crate::table::{Row, Section, Table, Target, Unit};

const NAME_WIDTH: usize = 36;
const FIGURE_WIDTH: usize = 14;
const RATIO_WIDTH: usize = 10;

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}, {:?} mode", self.machine, self.mode)?;
        self.sections.iter().try_for_each(|section| write!(formatter, "\n{section}"))?;
        let verdicts = self
            .sections
            .iter()
            .flat_map(|section| &section.rows)
            .flat_map(|row| row.targets.iter().map(|target| row.reaches(*target)));
        let (met, all) = verdicts
            .flatten()
            .fold((0, 0), |(met, all), is_met| (met + usize::from(is_met), all + 1));
        writeln!(formatter, "\n{met} of {all} targets met")
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { processor, cores, kernel, compiler, date } = self;
        write!(formatter, "{processor}, {cores} cores, Linux {kernel}, {compiler}, {date}")
    }
}

impl fmt::Display for Section {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "== {}", self.title)?;
        self.rows.iter().try_for_each(|row| write!(formatter, "\n{row}"))
    }
}

/// Our figure first, then each peer's with ours divided by it, and beside each what it asks of ours.
impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.what)?;
        if let Some(ours) = self.ours {
            self.write_line(formatter, "ours", ours, "", None)?;
        }
        for peer in &self.peers {
            let ratio = self.ours.map(|ours| ours / peer.figure).filter(|ratio| ratio.is_finite());
            let ratio = ratio.map(|ratio| self.ratio_text(ratio, &peer.name)).unwrap_or_default();
            self.write_line(formatter, &peer.name, peer.figure, &ratio, Some(&peer.name))?;
        }
        self.note.iter().try_for_each(|note| writeln!(formatter, "  ({note})"))
    }
}

impl Row {
    fn write_line(
        &self,
        formatter: &mut fmt::Formatter<'_>,
        name: &str,
        figure: f64,
        ratio: &str,
        peer: Option<&str>,
    ) -> fmt::Result {
        let figure = self.unit.text(figure);
        let targets = self.targets.iter().filter(|target| target.peer() == peer);
        let targets: Vec<_> = targets.map(|target| self.verdict(*target)).collect();
        let line = format!(
            "  {name:<NAME_WIDTH$}{figure:>FIGURE_WIDTH$}{ratio:>RATIO_WIDTH$}   {}",
            targets.join(", ")
        );
        writeln!(formatter, "{}", line.trim_end())
    }

    /// With as many decimals as tell the ratio from what is asked of it.
    fn ratio_text(&self, ratio: f64, peer: &str) -> String {
        let asked = self.targets.iter().filter(|target| target.peer() == Some(peer));
        let is_near = asked.filter_map(Target::times).any(|times| (ratio - times).abs() < 0.005);
        if is_near { format!("{ratio:.3} ×") } else { format!("{ratio:.2} ×") }
    }

    fn verdict(&self, target: Target) -> String {
        let verdict = match self.reaches(target) {
            Some(true) => "met",
            Some(false) => "NOT MET",
            None => "not measured",
        };
        format!("{target}: {verdict}")
    }
}

impl Unit {
    /// A figure with as many decimals as it can be told apart by.
    fn text(self, figure: f64) -> String {
        let decimals = match (self, figure.abs()) {
            (Self::Allocations | Self::Instructions | Self::Bytes, _) if figure.fract() == 0.0 => 0,
            (_, 0.0..10.0) => 2,
            (_, 10.0..100.0) => 1,
            _ => 0,
        };
        format!("{figure:.decimals$}{}", self.suffix())
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::Nanoseconds => " ns",
            Self::Microseconds => " µs",
            Self::Milliseconds => " ms",
            Self::Seconds => " s",
            Self::PerSecond => " /s",
            Self::Allocations | Self::Instructions => "",
            Self::Bytes => " B",
            Self::Mebibytes => " MiB",
            Self::Ratio => " ×",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{BY_HAND, PLAIN};

    #[test]
    fn figures_stand_below_each_other_with_what_they_ask() {
        let row = Row::new("one call", Unit::Nanoseconds, 610.4)
            .peer(PLAIN, 2.5)
            .peer(BY_HAND, 763.0)
            .target(Target::AtMost(700.0))
            .target(Target::AtMostTimes { times: 0.8, peer: BY_HAND })
            .target(Target::AtMostAbove { above: 3.0, peer: PLAIN })
            .note("thirteen attributes");
        let expected = "\
one call
  ours                                        610 ns             at most 700: met
  plain                                      2.50 ns  244.16 ×   at most 3 above plain: NOT MET
  by hand                                     763 ns   0.800 ×   at most 0.8 × by hand: met
  (thirteen attributes)
";
        assert_eq!(row.to_string(), expected);
    }

    #[test]
    fn a_count_has_no_decimals_and_a_row_that_is_left_out_says_why() {
        let count = Row::new("allocations", Unit::Allocations, 4.0).to_string();
        assert!(count.ends_with(" 4\n"), "{count}");
        let row = Row::left_out("a build", Unit::Seconds, "full mode only");
        assert_eq!(row.to_string(), "a build\n  (full mode only)\n");
    }
}

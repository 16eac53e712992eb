//! The table of costs: rows of figures, ours beside the peers', and whether they reach their targets.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::machine::Machine;

/// This project in a list of figures.
pub const OURS: &str = "ours";

// The peers that several rows name.
pub const PLAIN: &str = "plain";
pub const BY_HAND: &str = "by hand";
pub const TRACING: &str = "tracing-opentelemetry";
pub const FASTRACE: &str = "fastrace";
pub const TRACE_WEFT: &str = "trace-weft";
pub const TOWER: &str = "opentelemetry-instrumentation-tower";
pub const REQWEST_TRACING: &str = "reqwest-tracing";

/// How much of everything a run measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The whole table in under three minutes.
    Short,
    Full,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Nanoseconds,
    Microseconds,
    Milliseconds,
    Seconds,
    PerSecond,
    Allocations,
    Instructions,
    Bytes,
    Mebibytes,
    /// A figure that is a ratio itself.
    Ratio,
}

/// What a row measures, ours and the peers'.
#[derive(Clone, Debug, Serialize)]
#[serde(into = "Report")]
pub struct Row {
    pub what: String,
    pub unit: Unit,
    /// None where the mode leaves the row out; the note says why.
    pub ours: Option<f64>,
    pub peers: Vec<Peer>,
    pub targets: Vec<Target>,
    pub note: Option<String>,
}

/// Another way to the same telemetry, or the same function without any.
#[derive(Clone, Debug)]
pub struct Peer {
    pub name: String,
    pub figure: f64,
}

/// What our figure is to be. Peers are named as in the row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    AtMost(f64),
    AtMostAbove { above: f64, peer: &'static str },
    AtMostTimes { times: f64, peer: &'static str },
    AtLeastTimes { times: f64, peer: &'static str },
}

impl Row {
    pub fn new(what: impl Into<String>, unit: Unit, ours: f64) -> Self {
        Self::of(what, unit, [(OURS, ours)])
    }

    /// A row of the figures of all variants; one of them is [`OURS`].
    pub fn of<'a>(
        what: impl Into<String>,
        unit: Unit,
        figures: impl IntoIterator<Item = (&'a str, f64)>,
    ) -> Self {
        let (what, peers, targets) = (what.into(), Vec::new(), Vec::new());
        let mut row = Self { what, unit, ours: None, peers, targets, note: None };
        for (name, figure) in figures {
            match name {
                OURS => row.ours = Some(figure),
                peer => row = row.peer(peer, figure),
            }
        }
        row
    }

    /// A row that this run does not measure.
    pub fn left_out(what: impl Into<String>, unit: Unit, why: impl Into<String>) -> Self {
        Self { note: Some(why.into()), ..Self::of(what, unit, []) }
    }

    pub fn peer(mut self, name: impl Into<String>, figure: f64) -> Self {
        self.peers.push(Peer { name: name.into(), figure });
        self
    }

    pub fn target(mut self, target: Target) -> Self {
        self.targets.push(target);
        self
    }

    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Whether our figure reaches the target; None where nothing was measured.
    pub fn reaches(&self, target: Target) -> Option<bool> {
        let ours = self.ours?;
        Some(match target {
            Target::AtMost(figure) => ours <= figure,
            Target::AtMostAbove { above, peer } => ours <= self.figure_of(peer) + above,
            Target::AtMostTimes { times, peer } => ours <= self.figure_of(peer) * times,
            Target::AtLeastTimes { times, peer } => ours >= self.figure_of(peer) * times,
        })
    }

    fn figure_of(&self, name: &str) -> f64 {
        let peer = self.peers.iter().find(|peer| peer.name == name);
        peer.unwrap_or_else(|| panic!("{:?} has no figure of {name:?}", self.what)).figure
    }
}

impl Target {
    /// The peer that ours is compared with.
    pub fn peer(&self) -> Option<&'static str> {
        match self {
            Self::AtMost(_) => None,
            Self::AtMostAbove { peer, .. }
            | Self::AtMostTimes { peer, .. }
            | Self::AtLeastTimes { peer, .. } => Some(peer),
        }
    }
}

impl Target {
    /// How many times the peer's figure ours may be.
    pub fn times(&self) -> Option<f64> {
        match self {
            Self::AtMost(_) | Self::AtMostAbove { .. } => None,
            Self::AtMostTimes { times, .. } | Self::AtLeastTimes { times, .. } => Some(*times),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(figure) => write!(formatter, "at most {figure}"),
            Self::AtMostAbove { above, peer } => write!(formatter, "at most {above} above {peer}"),
            Self::AtMostTimes { times, peer } => write!(formatter, "at most {times} × {peer}"),
            Self::AtLeastTimes { times, peer } => write!(formatter, "at least {times} × {peer}"),
        }
    }
}

/// Rows of one kind.
#[derive(Debug, Serialize)]
pub struct Section {
    pub title: &'static str,
    pub rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
pub struct Table {
    pub machine: Machine,
    pub mode: Mode,
    pub sections: Vec<Section>,
}

/// A row as JSON has it, with what follows from its figures.
#[derive(Serialize)]
struct Report {
    what: String,
    unit: Unit,
    ours: Option<f64>,
    peers: Vec<PeerReport>,
    targets: Vec<TargetReport>,
    note: Option<String>,
}

#[derive(Serialize)]
struct PeerReport {
    name: String,
    figure: f64,
    /// Ours divided by the peer's.
    ratio: Option<f64>,
}

#[derive(Serialize)]
struct TargetReport {
    target: String,
    met: Option<bool>,
}

impl From<Row> for Report {
    fn from(row: Row) -> Self {
        let peers = row.peers.iter().map(|peer| PeerReport {
            name: peer.name.clone(),
            figure: peer.figure,
            ratio: row.ours.map(|ours| ours / peer.figure).filter(|ratio| ratio.is_finite()),
        });
        let targets = row
            .targets
            .iter()
            .map(|target| TargetReport { target: target.to_string(), met: row.reaches(*target) });
        Self {
            peers: peers.collect(),
            targets: targets.collect(),
            what: row.what,
            unit: row.unit,
            ours: row.ours,
            note: row.note,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row::new("a call", Unit::Nanoseconds, 80.0).peer(PLAIN, 78.0).peer(BY_HAND, 100.0)
    }

    #[test]
    fn a_bound_holds_to_the_last_unit() {
        assert_eq!(row().reaches(Target::AtMost(80.0)), Some(true));
        assert_eq!(row().reaches(Target::AtMost(79.9)), Some(false));
    }

    #[test]
    fn a_peer_bounds_by_a_sum_or_a_product() {
        let above = |above| Target::AtMostAbove { above, peer: PLAIN };
        let times = |times| Target::AtMostTimes { times, peer: BY_HAND };
        assert_eq!(row().reaches(above(2.0)), Some(true));
        assert_eq!(row().reaches(above(1.9)), Some(false));
        assert_eq!(row().reaches(times(0.8)), Some(true));
        assert_eq!(row().reaches(times(0.79)), Some(false));
    }

    #[test]
    fn a_throughput_is_bounded_from_below() {
        let times = |times| Target::AtLeastTimes { times, peer: BY_HAND };
        assert_eq!(row().reaches(times(0.8)), Some(true));
        assert_eq!(row().reaches(times(0.81)), Some(false));
    }

    #[test]
    fn a_row_that_is_left_out_reaches_nothing_and_misses_nothing() {
        let row = Row::left_out("a build", Unit::Seconds, "full mode only");
        assert_eq!(row.reaches(Target::AtMost(1.0)), None);
    }

    #[test]
    #[should_panic(expected = "has no figure of \"fastrace\"")]
    fn a_target_names_a_peer_of_its_row() {
        row().reaches(Target::AtMostAbove { above: 1.0, peer: FASTRACE });
    }

    #[test]
    fn json_tells_ratios_and_what_is_met() {
        let row = row().target(Target::AtMostTimes { times: 0.8, peer: BY_HAND });
        let json = serde_json::to_value(row).expect("a row is JSON");
        assert_eq!(json["peers"][1]["ratio"], 0.8);
        assert_eq!(json["targets"][0]["target"], "at most 0.8 × by hand");
        assert_eq!(json["targets"][0]["met"], true);
    }
}

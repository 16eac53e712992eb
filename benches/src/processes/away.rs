//! What happens while nobody takes the spans: 200,000 of them, as fast as they come.

use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::kit::{Destination, Kit, KitName, Measurement, QUEUED_BYTES, answer};
use super::resources::{memory, most_memory};
use super::sink::{self, Sink};
use super::{Process, figures, in_turns, median};
use crate::rows::Run;
use crate::table::{BY_HAND, Mode, OURS, Row, Target, Unit};
use crate::work::{Model, Request, SPANS_OF_TRACE};

/// No number of spans bounds the queue, so that bytes do.
const QUEUE: &str = "200000";

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Away {
    spans: u64,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Figures {
    /// Of each span.
    nanoseconds: f64,
    /// In MiB, at its most.
    growth: f64,
}

impl Measurement for Away {
    type Figures = Figures;

    fn of<K: Kit>(self) -> Figures {
        let (model, request) = (Model::default(), Request::default());
        let kit = K::install(Destination::Otlp);
        answer(&kit, &model, &request);
        let (start, before) = (Instant::now(), memory());
        for _ in 0..self.spans / SPANS_OF_TRACE {
            answer(&kit, &model, &request);
        }
        let nanoseconds = start.elapsed().as_nanos() as f64 / self.spans as f64;
        let growth = most_memory() - before;
        // The process ends without waiting for what nobody takes.
        std::mem::forget(kit);
        Figures { nanoseconds, growth }
    }
}

/// A variant of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Variant {
    kit: KitName,
    is_away: bool,
}

const OURS_AWAY: Variant = Variant { kit: KitName::Ours, is_away: true };
const OURS_PRESENT: Variant = Variant { kit: KitName::Ours, is_away: false };
const BY_HAND_AWAY: Variant = Variant { kit: KitName::ByHand, is_away: true };
const BY_HAND_PRESENT: Variant = Variant { kit: KitName::ByHand, is_away: false };

impl Variant {
    const fn in_table(self) -> &'static str {
        match (self.kit, self.is_away) {
            (KitName::Ours, true) => OURS,
            (KitName::Ours, false) => "ours, collector present",
            (_, true) => BY_HAND,
            (_, false) => "by hand, collector present",
        }
    }

    fn figures(self, away: Away, program: &str) -> Figures {
        let mut command = Process::Away(self.kit, away).command(program);
        command.env("OTEL_BSP_MAX_QUEUE_SIZE", QUEUE);
        if self.is_away {
            sink::export_to(&mut command, sink::free_address());
            return figures(&mut command);
        }
        let sink = Sink::start(program);
        sink::export_to(&mut command, sink.address());
        let figures = figures(&mut command);
        sink.end();
        figures
    }
}

pub(super) fn rows(run: &Run, program: &str) -> Vec<Row> {
    const COST: &str = "collector away: one call, of 200,000 spans";
    const MEMORY: &str = "collector away: growth of memory by 200,000 spans";
    if !run.wants(COST) && !run.wants(MEMORY) {
        return Vec::new();
    }
    eprintln!("measuring: {COST}");
    let rounds = match run.mode {
        Mode::Short => 3,
        Mode::Full => 11,
    };
    let variants = [OURS_AWAY, OURS_PRESENT, BY_HAND_AWAY, BY_HAND_PRESENT];
    let away = Away { spans: 200_000 };
    let measured = in_turns(rounds, &variants, |variant| variant.figures(away, program));
    let medians = |figure: fn(&Figures) -> f64| {
        measured
            .iter()
            .map(move |(variant, all)| (variant.in_table(), median(all.iter().map(figure))))
    };
    let configured = QUEUED_BYTES as f64 / f64::from(1 << 20);
    vec![
        Row::of(COST, Unit::Nanoseconds, medians(|figures| figures.nanoseconds))
            .target(Target::AtMostTimes { times: 1.1, peer: OURS_PRESENT.in_table() }),
        Row::of(MEMORY, Unit::Mebibytes, medians(|figures| figures.growth))
            .target(Target::AtMost(configured))
            .note(format!("ours may queue {configured} MiB, by hand any number of bytes")),
    ]
}

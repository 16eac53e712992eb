//! A service that exports 20,000 spans a second: what this takes of a processor, and whether memory grows.

use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::kit::{Destination, Kit, KitName, Measurement, answer};
use super::resources::{memory, processor_time};
use super::sink::{self, Sink};
use super::{Process, figures, in_turns, median};
use crate::rows::Run;
use crate::table::{BY_HAND, Mode, Row, Target, Unit};
use crate::work::{Model, Request, SPANS_OF_TRACE};

/// One trace of 100 spans each: 20,000 spans a second.
const TICK: Duration = Duration::from_millis(5);

/// Memory is looked at every so many traces: ten times a second.
const LOOK: usize = 20;

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Steady {
    duration: Duration,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Figures {
    made: u64,
    processor_time: Duration,
    /// The most memory in MiB, in each half of the time.
    first_half: f64,
    second_half: f64,
}

impl Measurement for Steady {
    type Figures = Figures;

    fn of<K: Kit>(self) -> Figures {
        let (model, request) = (Model::default(), Request::default());
        let kit = K::install(Destination::Otlp);
        let traces = self.duration.div_duration_f64(TICK) as usize;
        let mut looks = Vec::with_capacity(traces / LOOK);
        let (start, before) = (Instant::now(), processor_time());
        for trace in 0..traces {
            let tick = start + TICK * trace as u32;
            thread::sleep(tick.saturating_duration_since(Instant::now()));
            answer(&kit, &model, &request);
            if trace % LOOK == 0 {
                looks.push(memory());
            }
        }
        kit.shutdown();
        let (first, second) = looks.split_at(looks.len() / 2);
        let most = |looks: &[f64]| looks.iter().copied().fold(0.0, f64::max);
        Figures {
            made: traces as u64 * SPANS_OF_TRACE,
            processor_time: processor_time() - before,
            first_half: most(first),
            second_half: most(second),
        }
    }
}

/// What one kit has measured, and how many spans have arrived.
#[derive(Debug)]
struct Measured {
    figures: Figures,
    arrived: u64,
}

impl Measured {
    fn new(kit: KitName, seconds: u64, program: &str) -> Self {
        let sink = Sink::start(program);
        let duration = Duration::from_secs(seconds);
        let mut command = Process::Steady(kit, Steady { duration }).command(program);
        sink::export_to(&mut command, sink.address());
        let figures = figures(&mut command);
        Self { figures, arrived: sink.end() }
    }

    fn microseconds_per_span(&self) -> f64 {
        self.figures.processor_time.as_secs_f64() * 1e6 / self.figures.made as f64
    }

    fn lost(&self) -> u64 {
        self.figures.made.saturating_sub(self.arrived)
    }
}

pub(super) fn rows(run: &Run, program: &str) -> Vec<Row> {
    [time(run, program), memory_over_time(run, program)].into_iter().flatten().collect()
}

fn time(run: &Run, program: &str) -> Option<Row> {
    const TIME: &str = "20,000 spans/s over OTLP/HTTP: processor time per span";
    run.wants(TIME).then(|| {
        eprintln!("measuring: {TIME}");
        let (rounds, seconds, kits) = match run.mode {
            Mode::Short => (3, 4, &KitName::ALL[..2]),
            Mode::Full => (5, 15, &KitName::ALL[..]),
        };
        let measured = in_turns(rounds, kits, |kit| Measured::new(kit, seconds, program));
        let times = measured.iter().map(|(kit, all)| {
            (kit.in_table(), median(all.iter().map(Measured::microseconds_per_span)))
        });
        let lost = measured.iter().map(|(kit, all)| {
            format!("{} {}", kit.in_table(), all.iter().map(Measured::lost).sum::<u64>())
        });
        let lost: Vec<_> = lost.collect();
        Row::of(TIME, Unit::Microseconds, times)
            .target(Target::AtMostTimes { times: 1.0, peer: BY_HAND })
            .note(format!("{rounds} × {seconds} s; lost: {}", lost.join(", ")))
    })
}

fn memory_over_time(run: &Run, program: &str) -> Option<Row> {
    const MEMORY: &str = "20,000 spans/s over OTLP/HTTP: most memory in the second half";
    const FIRST_HALF: &str = "ours, first half";
    run.wants(MEMORY).then(|| {
        eprintln!("measuring: {MEMORY}");
        let seconds = match run.mode {
            Mode::Short => 10,
            Mode::Full => 120,
        };
        let [ours, by_hand] = [KitName::Ours, KitName::ByHand]
            .map(|kit| Measured::new(kit, seconds, program).figures);
        Row::new(MEMORY, Unit::Mebibytes, ours.second_half)
            .peer(FIRST_HALF, ours.first_half)
            .peer(BY_HAND, by_hand.second_half)
            .peer("by hand, first half", by_hand.first_half)
            .target(Target::AtMostTimes { times: 1.05, peer: FIRST_HALF })
            .note(format!("of {seconds} s"))
    })
}

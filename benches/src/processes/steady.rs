//! A service that exports 20,000 spans a second: what this takes of a processor, and whether memory grows.

use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::kit::{Destination, Kit, KitName, Measurement, answer};
use super::resources::{memory, processor_time};
use super::sink::{self, Sink};
use super::{Process, figures};
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
struct Measured {
    kit: KitName,
    figures: Figures,
    arrived: u64,
}

impl Measured {
    fn new(kit: KitName, duration: Duration, program: &str) -> Self {
        let sink = Sink::start(program);
        let mut command = Process::Steady(kit, Steady { duration }).command(program);
        sink::export_to(&mut command, sink.address());
        let figures = figures(&mut command);
        Self { kit, figures, arrived: sink.end() }
    }

    fn microseconds(&self) -> f64 {
        self.figures.processor_time.as_secs_f64() * 1e6 / self.figures.made as f64
    }

    fn lost(&self) -> String {
        format!("{} {}", self.kit.in_table(), self.figures.made.saturating_sub(self.arrived))
    }
}

pub(super) fn rows(run: &Run, program: &str) -> Vec<Row> {
    const TIME: &str = "20,000 spans/s over OTLP/HTTP: processor time per span";
    const MEMORY: &str = "20,000 spans/s over OTLP/HTTP: most memory in the second half";
    if !run.wants(TIME) && !run.wants(MEMORY) {
        return Vec::new();
    }
    eprintln!("measuring: {TIME}");
    let (seconds, kits) = match run.mode {
        Mode::Short => (10, &KitName::ALL[..2]),
        Mode::Full => (120, &KitName::ALL[..]),
    };
    let duration = Duration::from_secs(seconds);
    let all: Vec<_> = kits.iter().map(|kit| Measured::new(*kit, duration, program)).collect();
    let times = all.iter().map(|measured| (measured.kit.in_table(), measured.microseconds()));
    let lost: Vec<_> = all.iter().map(Measured::lost).collect();
    let second = all.iter().map(|all| (all.kit.in_table(), all.figures.second_half));
    let first = all.iter().filter(|all| all.kit == KitName::Ours || all.kit == KitName::ByHand);
    let memory = first.fold(Row::of(MEMORY, Unit::Mebibytes, second), |row, all| {
        row.peer(first_half(all.kit), all.figures.first_half)
    });
    vec![
        Row::of(TIME, Unit::Microseconds, times)
            .target(Target::AtMostTimes { times: 1.0, peer: BY_HAND })
            .note(format!("for {seconds} s; spans that have not arrived: {}", lost.join(", "))),
        memory.target(Target::AtMostTimes { times: 1.05, peer: first_half(KitName::Ours) }),
    ]
}

const fn first_half(kit: KitName) -> &'static str {
    match kit {
        KitName::Ours => "ours, first half",
        _ => "by hand, first half",
    }
}

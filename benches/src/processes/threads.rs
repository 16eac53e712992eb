//! Eight threads that make spans as fast as these are exported.
//!
//! The queue is kept drained: a thread waits before its next trace while thousands of spans are on their way.
//! So the queue loses none, and what is measured is how fast spans are made *and* delivered.

use std::net::SocketAddr;
use std::thread;
use std::time::Instant;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use super::delivery::Delivery;
use super::kit::{Destination, Kit, KitName, Measurement};
use super::{Process, figures, in_turns, median, sink};
use crate::rows::Run;
use crate::table::{BY_HAND, Mode, Row, Target, Unit};
use crate::work::{SPANS_OF_TRACE, ready};

const THREADS: u64 = 8;

/// Has room for all spans that may be on their way.
const QUEUE: &str = "16384";

/// One trace in so many has its calls timed, so that the clock is no part of the throughput.
const TIMED: u64 = 16;

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Threads {
    spans: u64,
    /// Where a sink within the process listens: its part is the same for all.
    sink: Option<SocketAddr>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Figures {
    per_second: f64,
    lost: u64,
    /// Microseconds of one call.
    median: f64,
    slow: f64,
    slowest: f64,
}

impl Threads {
    fn destination(self, delivery: &Delivery) -> Destination {
        let delivery = delivery.clone();
        match self.sink {
            Some(address) => {
                sink::serve(address, move |spans| delivery.take(spans));
                Destination::Otlp
            }
            None => Destination::Discard(delivery),
        }
    }
}

impl Measurement for Threads {
    type Figures = Figures;

    fn of<K: Kit>(self) -> Figures {
        let delivery = Delivery::default();
        let kit = K::install(self.destination(&delivery));
        let traces = self.spans / SPANS_OF_TRACE / THREADS;
        let start = Instant::now();
        let mut calls = calls();
        thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|_| scope.spawn(|| make_traces(&kit, traces, &delivery)))
                .collect();
            for thread in threads {
                calls += thread.join().expect("no thread fails");
            }
        });
        kit.shutdown();
        let seconds = start.elapsed().as_secs_f64();
        let microseconds = |nanoseconds: u64| nanoseconds as f64 / 1e3;
        Figures {
            per_second: (traces * THREADS * SPANS_OF_TRACE) as f64 / seconds,
            lost: delivery.on_their_way(),
            median: microseconds(calls.value_at_quantile(0.5)),
            slow: microseconds(calls.value_at_quantile(0.999)),
            slowest: microseconds(calls.max()),
        }
    }
}

/// How long calls took, in nanoseconds.
fn calls() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000_000, 3).expect("the bounds are in order")
}

fn make_traces(kit: &impl Kit, traces: u64, delivery: &Delivery) -> Histogram<u64> {
    let mut calls = calls();
    for trace in 0..traces {
        delivery.wait_for_room(SPANS_OF_TRACE);
        if trace % TIMED == 0 {
            let mut before = None;
            call_tools(kit, || {
                let now = Instant::now();
                if let Some(before) = before.replace(now) {
                    calls.saturating_record((now - before).as_nanos() as u64);
                }
            });
        } else {
            call_tools(kit, || ());
        }
    }
    calls
}

/// Makes [`SPANS_OF_TRACE`]; `between` is before and after every call.
fn call_tools(kit: &impl Kit, mut between: impl FnMut()) {
    ready(kit.agent(async {
        between();
        for number in 1..SPANS_OF_TRACE {
            kit.tool(number).await;
            between();
        }
    }));
}

pub(super) fn rows(run: &Run, program: &str) -> Vec<Row> {
    let (rounds, spans) = match run.mode {
        Mode::Short => (3, 400_000),
        Mode::Full => (5, 5_000_000),
    };
    let threads = Threads { spans, sink: None };
    let mut rows = of_all(run, program, "eight threads, queue kept drained", rounds, threads);
    let threads = Threads { spans: spans / 5, sink: Some(sink::free_address()) };
    rows.extend(of_all(run, program, "eight threads, exported over OTLP", rounds, threads));
    rows
}

fn of_all(run: &Run, program: &str, what: &str, rounds: usize, threads: Threads) -> Vec<Row> {
    let throughput = format!("{what}: throughput");
    let slow = format!("{what}: 99.9th percentile of one call");
    if !run.wants(&throughput) && !run.wants(&slow) {
        return Vec::new();
    }
    eprintln!("measuring: {what}");
    let measured = in_turns(rounds, &KitName::ALL, |kit| -> Figures {
        let mut command = Process::Threads(kit, threads).command(program);
        command.env("OTEL_BSP_MAX_QUEUE_SIZE", QUEUE).env("OTEL_BSP_SCHEDULE_DELAY", "50");
        if let Some(address) = threads.sink {
            sink::export_to(&mut command, address);
        }
        figures(&mut command)
    });
    let medians = |figure: fn(&Figures) -> f64| {
        measured.iter().map(move |(kit, all)| (kit.in_table(), median(all.iter().map(figure))))
    };
    let lost = measured.iter().map(|(kit, all)| {
        format!("{} {}", kit.in_table(), all.iter().map(|figures| figures.lost).sum::<u64>())
    });
    let lost: Vec<_> = lost.collect();
    let others = medians(|figures| figures.median).zip(medians(|figures| figures.slowest));
    let others =
        others.map(|((kit, median), (_, slowest))| format!("{kit} {median:.2}, {slowest:.0}"));
    let others: Vec<_> = others.collect();
    vec![
        Row::of(throughput, Unit::PerSecond, medians(|figures| figures.per_second))
            .target(Target::AtLeastTimes { times: 0.9, peer: BY_HAND })
            .note(format!("{rounds} × {} spans; lost: {}", threads.spans, lost.join(", "))),
        Row::of(slow, Unit::Microseconds, medians(|figures| figures.slow))
            .target(Target::AtMost(20.0))
            .note(format!("median and slowest call in µs: {}", others.join("; "))),
    ]
}

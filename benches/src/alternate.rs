//! Times variants of the same work in turns, so that a ratio is of the same moments.
//!
//! Every round gives each variant one short turn, and each round begins with another one. A variant's figure is
//! the median of its turns: what disturbs the machine for a while disturbs all of them, and few turns of each.

use std::fmt;
use std::time::{Duration, Instant};

use crate::table::Mode;

/// Long beside the clock's resolution, short beside what disturbs the machine.
const TURN: Duration = Duration::from_micros(500);

impl Mode {
    const fn rounds(self) -> usize {
        match self {
            Self::Short => 200,
            Self::Full => 2_000,
        }
    }
}

/// One way to do the work.
pub struct Variant<'a> {
    name: &'static str,
    /// Runs the work this many times.
    repeat: Box<dyn FnMut(u64) + 'a>,
    /// Ends a turn of so many runs, outside of its time.
    settle: Box<dyn FnMut(u64) + 'a>,
}

impl<'a> Variant<'a> {
    pub fn new(name: &'static str, mut work: impl FnMut() + 'a) -> Self {
        let repeat = move |times| (0..times).for_each(|_| work());
        Self { name, repeat: Box::new(repeat), settle: Box::new(|_| ()) }
    }

    /// With what is done after each turn: it is told how often the work was run.
    #[must_use]
    pub fn settled_by(self, settle: impl FnMut(u64) + 'a) -> Self {
        Self { settle: Box::new(settle), ..self }
    }

    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Runs the work this often, and `measure` around it; what ends a turn is not in its measure.
    pub fn turn<M>(&mut self, times: u64, measure: impl FnOnce(&mut dyn FnMut()) -> M) -> M {
        let measured = measure(&mut || (self.repeat)(times));
        (self.settle)(times);
        measured
    }

    fn timed(&mut self, times: u64) -> Duration {
        self.turn(times, |work| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
    }

    /// How often the work fits into a turn. Warms up, too.
    fn calibrate(&mut self) -> u64 {
        self.timed(1);
        let mut times = 1;
        loop {
            let elapsed = self.timed(times);
            if elapsed >= TURN {
                return (times * TURN.as_nanos() as u64 / elapsed.as_nanos() as u64).max(1);
            }
            times *= 2;
        }
    }
}

impl fmt::Debug for Variant<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Variant").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Nanoseconds of one run, of each variant.
pub fn alternate(mode: Mode, mut variants: Vec<Variant<'_>>) -> Vec<(&'static str, f64)> {
    let times: Vec<u64> = variants.iter_mut().map(Variant::calibrate).collect();
    let mut turns = vec![Vec::with_capacity(mode.rounds()); variants.len()];
    for round in 0..mode.rounds() {
        for position in 0..variants.len() {
            let next = (round + position) % variants.len();
            let elapsed = variants[next].timed(times[next]);
            turns[next].push(elapsed.as_nanos() as f64 / times[next] as f64);
        }
    }
    variants.iter().map(|variant| variant.name).zip(turns.into_iter().map(median)).collect()
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;

    #[test]
    fn every_variant_has_its_turn_in_every_round_and_each_begins_one() {
        let order = RefCell::new(Vec::new());
        let variant = |name| {
            let spin = || {
                let start = Instant::now();
                while start.elapsed() < Duration::from_micros(200) {}
            };
            let order = &order;
            Variant::new(name, spin).settled_by(move |_| order.borrow_mut().push(name))
        };
        let figures = alternate(Mode::Short, vec![variant("one"), variant("two")]);
        let order = order.into_inner();
        assert_eq!(order[order.len() - 4..], ["one", "two", "two", "one"]);
        assert!(figures.iter().all(|(_, nanoseconds)| *nanoseconds >= 200_000.0), "{figures:?}");
    }

    #[test]
    fn a_turn_tells_how_often_it_ran() {
        let (ran, told) = (Cell::new(0), Cell::new(0));
        let work = || ran.set(std::hint::black_box(ran.get() + 1));
        let settle = |times| told.set(told.get() + times);
        alternate(Mode::Short, vec![Variant::new("counted", work).settled_by(settle)]);
        assert_eq!(ran.get(), told.get());
    }

    #[test]
    fn the_median_stands_in_the_middle() {
        assert_eq!(median(vec![9.0, 1.0, 2.0]), 2.0);
    }
}

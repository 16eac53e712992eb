//! How large the future of a function is that holds an argument of 512 bytes across a wait.

use super::Run;
use crate::kits::unsampled_by_hand;
use crate::table::{BY_HAND, FASTRACE, OURS, PLAIN, Row, TRACING, Target, Unit};
use crate::work::{LARGE, agent_trace, fastrace, plain, tracing};

const WHAT: &str = "future size, 512-byte argument";

pub fn rows(run: &Run) -> Vec<Row> {
    let target = Target::AtMostAbove { above: 128.0, peer: PLAIN };
    let row = || Row::of(WHAT, Unit::Bytes, sizes()).target(target);
    run.wants(WHAT).then(row).into_iter().collect()
}

fn sizes() -> [(&'static str, f64); 5] {
    let by_hand = unsampled_by_hand();
    [
        (OURS, size_of_val(&agent_trace::large([0; LARGE]))),
        (PLAIN, size_of_val(&plain::large([0; LARGE]))),
        (BY_HAND, size_of_val(&by_hand.large([0; LARGE]))),
        (TRACING, size_of_val(&tracing::large([0; LARGE]))),
        (FASTRACE, size_of_val(&fastrace::large([0; LARGE]))),
    ]
    .map(|(name, bytes)| (name, bytes as f64))
}

//! Instructions of the hot paths, counted by valgrind: they do not move with what else the machine does.
//!
//! It takes `valgrind` and `cargo install gungraun-runner --version 0.20.0 --locked`.

/// How often a path runs while it is counted.
pub const RUNS: u64 = 1_000;

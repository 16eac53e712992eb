//! What this process has used, as the kernel counts it.

use std::time::Duration;

use procfs::process::{Process, Stat, Status};

const KIB_OF_MIB: f64 = 1_024.0;

/// Of all of its threads, in user code and in the kernel.
pub(super) fn processor_time() -> Duration {
    let stat = stat();
    of_ticks(stat.utime + stat.stime)
}

/// Of the processes that it has started and waited for, and of theirs.
pub(super) fn processor_time_of_children() -> Duration {
    let stat = stat();
    of_ticks((stat.cutime + stat.cstime).unsigned_abs())
}

fn of_ticks(ticks: u64) -> Duration {
    Duration::from_secs_f64(ticks as f64 / procfs::ticks_per_second() as f64)
}

/// Resident, in MiB.
pub(super) fn memory() -> f64 {
    mebibytes(status().vmrss)
}

/// The most that has been resident, in MiB.
pub(super) fn most_memory() -> f64 {
    mebibytes(status().vmhwm)
}

fn mebibytes(kibibytes: Option<u64>) -> f64 {
    kibibytes.expect("a process has memory") as f64 / KIB_OF_MIB
}

fn stat() -> Stat {
    itself().stat().expect("a process can read its own statistics")
}

fn status() -> Status {
    itself().status().expect("a process can read its own status")
}

fn itself() -> Process {
    Process::myself().expect("/proc is there")
}

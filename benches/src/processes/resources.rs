//! What this process has used, as the kernel counts it.

use std::time::Duration;

use procfs::process::Process;

const KIB_OF_MIB: f64 = 1_024.0;

/// Of all of its threads, in user code and in the kernel.
pub(super) fn processor_time() -> Duration {
    let stat = itself().stat().expect("a process can read its own statistics");
    let ticks = (stat.utime + stat.stime) as f64;
    Duration::from_secs_f64(ticks / procfs::ticks_per_second() as f64)
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

fn status() -> procfs::process::Status {
    itself().status().expect("a process can read its own status")
}

fn itself() -> Process {
    Process::myself().expect("/proc is there")
}

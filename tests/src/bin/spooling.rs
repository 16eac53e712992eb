//! Records spans with a spool, and stays until it is killed.
//!
//! `spooling FIRST COUNT`: records so many spans, numbered from FIRST, and prints `spooled` when all of them are in the
//! spool; with `0 0` it waits until the spool is empty, prints `empty` and ends.

use std::io::Write;
use std::time::Duration;

use agent_trace_runtime::{ExportCounts, Telemetry, step};

#[step("app.work", attributes("app.number" = number))]
fn work(number: i64) {}

fn counts(telemetry: &Telemetry) -> ExportCounts {
    let all = telemetry.export_counts();
    all.into_iter().find(|(kind, ..)| *kind == "spans").expect("spans are exported").2
}

fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse().expect("a number"));
    let (first, count): (i64, i64) =
        (arguments.next().expect("FIRST"), arguments.next().expect("COUNT"));
    let telemetry = agent_trace_runtime::init().expect("telemetry");
    for number in first..first + count {
        // At most as many as the queue holds.
        while counts(&telemetry).queued > 1_000 {
            std::thread::sleep(Duration::from_millis(1));
        }
        work(number);
    }
    let _ = telemetry.flush();
    let is_done = || {
        let counts = counts(&telemetry);
        if count == 0 { counts.spool_bytes == 0 } else { counts.spooled == count as u64 }
    };
    while !is_done() {
        std::thread::sleep(Duration::from_millis(1));
    }
    println!("{}", if count == 0 { "empty" } else { "spooled" });
    let _ = std::io::stdout().flush();
    if count > 0 {
        loop {
            std::thread::park();
        }
    }
}

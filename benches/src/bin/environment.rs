//! Times calls that the environment of this process keeps from being recorded, and prints figures as JSON.
//!
//! The table runs it, with the run as its argument.

use agent_trace_benches::rows::{Run, not_installed, unsampled};

fn main() {
    let run = std::env::args().nth(1).expect("the table passes its run");
    let run: Run = serde_json::from_str(&run).expect("a run is JSON");
    let figures = if std::env::var_os(not_installed::DISABLED).is_some() {
        not_installed::figures(&run)
    } else {
        unsampled::figures(&run)
    };
    println!("{}", serde_json::to_string(&figures).expect("figures are JSON"));
}

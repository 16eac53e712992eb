//! Times calls that the sampler of this process's environment does not sample, and prints figures as JSON.
//!
//! The table runs it, with the run as its argument.

use agent_trace_benches::rows::{Run, unsampled};

fn main() {
    let run = std::env::args().nth(1).expect("the table passes its run");
    let run: Run = serde_json::from_str(&run).expect("a run is JSON");
    let figures = unsampled::figures(&run);
    println!("{}", serde_json::to_string(&figures).expect("figures are JSON"));
}

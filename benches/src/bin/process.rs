//! One process of the rows that need their own: does what its argument says, and prints what it has measured.

use agent_trace_benches::processes::Process;

fn main() {
    let argument = std::env::args().nth(1).expect("the table starts this with what to do");
    let process: Process = serde_json::from_str(&argument).expect("the argument is a process");
    process.run();
}

//! Software that is not ours: installed once for a target folder, run as a process that a test owns.

mod install;
mod ports;
mod process;

pub use install::Software;
pub use ports::free_ports;
pub use process::Process;

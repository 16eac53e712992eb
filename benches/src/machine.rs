//! Where and when a table was measured.

use std::process::Command;
use std::{fs, thread};

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use serde::Serialize;

/// What figures depend on beside the code.
#[derive(Debug, Serialize)]
pub struct Machine {
    pub processor: String,
    pub cores: usize,
    pub kernel: String,
    pub compiler: String,
    pub date: String,
}

impl Machine {
    pub fn here() -> Self {
        let processor = read("/proc/cpuinfo").lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            (key.trim() == "model name").then(|| value.trim().to_owned())
        });
        let compiler = Command::new("rustc").arg("--version").output();
        let compiler = compiler.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        let printer = DateTimePrinter::new().precision(Some(0));
        Self {
            processor: processor.unwrap_or_else(unknown),
            cores: thread::available_parallelism().map_or(0, usize::from),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            compiler: compiler.map_or_else(|_| unknown(), |version| version.trim().to_owned()),
            date: printer.timestamp_to_string(&Timestamp::now()),
        }
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|_| unknown())
}

fn unknown() -> String {
    "unknown".to_owned()
}

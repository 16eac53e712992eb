//! What annotations cost the compiler: 400 async functions of eight arguments in chains of ten, in the dev
//! profile without incremental compilation.
//!
//! The bodies are of the size and kind that an agent's tools have: they check and parse their input, ask another
//! function twice, and write a text. `cargo check` shows the macro's own share.

use std::fs;
use std::path::Path;
use std::time::{Instant, SystemTime};

use super::super::resources::processor_time_of_children;
use super::super::{in_turns, median};
use super::{Annotations, Programs};
use crate::rows::Run;
use crate::table::{Mode, PLAIN, Row, Target, Unit};

const FUNCTIONS: usize = 400;
const CHAIN: usize = 10;
const ROUNDS: usize = 5;

const FUNCTION: &str = include_str!("function.txt");
const PROGRAM: &str = include_str!("program.txt");

/// The rows; `folder` is where programs can be written.
pub(in super::super) fn rows(run: &Run, folder: &Path) -> Vec<Row> {
    let commands = ["build", "check"]
        .map(|command| (command, format!("400 annotated functions, dev profile: cargo {command}")));
    let wanted = commands.into_iter().filter(|(_, what)| run.wants(what));
    wanted.map(|(command, what)| row(run.mode, folder, command, &what)).collect()
}

fn row(mode: Mode, folder: &Path, command: &str, what: &str) -> Row {
    if mode == Mode::Short {
        return Row::left_out(what, Unit::Seconds, "full mode only: it takes minutes");
    }
    eprintln!("measuring: {what}");
    let programs = Programs::write(folder, "compile_time", source);
    for annotations in Annotations::ALL {
        programs.cargo(&[command], annotations);
    }
    let measured = in_turns(ROUNDS, &Annotations::ALL, |annotations| {
        let source = fs::File::options().append(true).open(programs.source(annotations));
        let changed = source.and_then(|source| source.set_modified(SystemTime::now()));
        changed.expect("it was written above");
        let (start, before) = (Instant::now(), processor_time_of_children());
        programs.cargo(&[command], annotations);
        let processor = processor_time_of_children() - before;
        Times { passed: start.elapsed().as_secs_f64(), processor: processor.as_secs_f64() }
    });
    let medians = |time: fn(&Times) -> f64| {
        let all = measured.iter();
        all.map(move |(annotations, all)| (annotations.in_table(), median(all.iter().map(time))))
    };
    let processor = medians(|times| times.processor);
    let processor: Vec<_> = processor.map(|(name, time)| format!("{name} {time:.2}")).collect();
    let row = Row::of(what, Unit::Seconds, medians(|times| times.passed))
        .note(format!("seconds of processors: {}", processor.join(", ")));
    match command {
        "build" => row.target(Target::AtMostTimes { times: 1.15, peer: PLAIN }),
        _ => row,
    }
}

#[derive(Debug)]
struct Times {
    passed: f64,
    /// Of all processors, which depends less on what else the machine does.
    processor: f64,
}

fn source(annotations: Annotations) -> String {
    let attribute = annotations.attribute("tool");
    let functions = (0..FUNCTIONS).map(|number| {
        let next = number + 1;
        let is_last = next % CHAIN == 0;
        let next = if is_last { "last".to_owned() } else { next.to_string() };
        let function = FUNCTION.replace("NUMBER", &number.to_string()).replace("NEXT", &next);
        format!("{attribute}\n{function}")
    });
    let functions: String = functions.collect();
    let runs = (0..FUNCTIONS).step_by(CHAIN);
    let runs =
        runs.map(|number| format!("    run(f{number}(1, \"\", true, 0.5, &[], None, 'x', 0));\n"));
    PROGRAM.replace("FUNCTIONS", &functions).replace("RUNS", &runs.collect::<String>())
}

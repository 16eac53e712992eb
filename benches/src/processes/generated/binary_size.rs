//! What annotations add to a release binary: agents with 100 functions, ten of each of ten departments.
//!
//! Every program has one department more under each kit, so that what a kit brings once is in all of them.

use std::fs;
use std::path::Path;

use object::{Object, ObjectSection};

use super::{Annotations, INSTRUMENT, Programs};
use crate::rows::Run;
use crate::table::{Mode, Row, Target, Unit};

const DEPARTMENTS: usize = 10;
const FUNCTIONS_OF_ONE: usize = 10;

const DEPARTMENT: &str = include_str!("department.txt");
const PROGRAM: &str = include_str!("agent_program.txt");

/// The rows; `folder` is where programs can be written.
pub(in super::super) fn rows(run: &Run, folder: &Path) -> Vec<Row> {
    const FILE: &str = "release binary with 100 annotated functions: growth per function, stripped";
    const CODE: &str = "release binary with 100 annotated functions: growth of code per function";
    if !run.wants(FILE) && !run.wants(CODE) {
        return Vec::new();
    }
    if run.mode == Mode::Short {
        let why = "full mode only: it takes minutes";
        return [FILE, CODE].map(|what| Row::left_out(what, Unit::Bytes, why)).into();
    }
    eprintln!("measuring: {FILE}");
    let programs = Programs::write(folder, "binary_size", source);
    let sizes = Annotations::ALL.map(|annotations| {
        programs.cargo(&["build", "--release"], annotations);
        Sizes::of(&programs.binary("release", annotations))
    });
    let growth = |size: fn(&Sizes) -> u64| {
        let [plain, annotated @ ..] = &sizes;
        let growth = annotated.iter().map(move |annotated| {
            let bytes = size(annotated) as f64 - size(plain) as f64;
            bytes / (DEPARTMENTS * FUNCTIONS_OF_ONE) as f64
        });
        Annotations::ALL.into_iter().skip(1).map(Annotations::in_table).zip(growth)
    };
    let target = Target::AtMostTimes { times: 0.5, peer: INSTRUMENT };
    vec![
        Row::of(FILE, Unit::Bytes, growth(|sizes| sizes.file)).target(target),
        Row::of(CODE, Unit::Bytes, growth(|sizes| sizes.code)).target(target),
    ]
}

struct Sizes {
    file: u64,
    code: u64,
}

impl Sizes {
    fn of(binary: &Path) -> Self {
        let bytes = fs::read(binary).expect("it was built");
        let file = object::File::parse(&*bytes).expect("it is a binary");
        let code = file.section_by_name(".text").expect("it has code").size();
        Self { file: bytes.len() as u64, code }
    }
}

fn source(annotations: Annotations) -> String {
    let linked = Annotations::ALL.into_iter().enumerate();
    let linked = linked.map(|(number, annotations)| (DEPARTMENTS + number, annotations));
    let departments = (0..DEPARTMENTS).map(|number| (number, annotations)).chain(linked);
    let (mut modules, mut runs) = (String::new(), String::new());
    for (number, annotations) in departments {
        modules.push_str(&department(number, annotations));
        runs.push_str(&format!("    run(department{number}::answer({number}, &question));\n"));
    }
    PROGRAM.replace("RUNS", &runs).replace("DEPARTMENTS", &modules)
}

/// Lines that begin with `@` say what is above a function, in our words.
fn department(number: usize, annotations: Annotations) -> String {
    let lines = DEPARTMENT.replace("NUMBER", &number.to_string());
    let lines = lines.lines().map(|line| match line.trim_start().strip_prefix('@') {
        Some(ours) => annotations.attribute(ours) + "\n",
        None => format!("{line}\n"),
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_of_a_program_is_annotated_and_every_program_has_every_kit() {
        let count = |annotations, attribute| source(annotations).matches(attribute).count();
        let (ours, tracing) = ("#[agent_trace_runtime::", "#[tracing::instrument]");
        assert_eq!(count(Annotations::Ours, ours), 110);
        assert_eq!(count(Annotations::Ours, tracing), 10);
        assert_eq!(count(Annotations::Tracing, tracing), 110);
        assert_eq!(count(Annotations::None, ours), 10);
    }
}

//! The documentation lists the arguments that the table parses.

use super::KINDS;
use crate::args::{Argument, table};

#[test]
fn every_macro_documents_exactly_its_arguments() {
    let mut source = include_str!("../lib.rs");
    for kind in KINDS {
        let (documentation, rest) = source
            .split_once(&format!("    {} => {kind:?};", kind.name()))
            .unwrap_or_else(|| panic!("{} has no entry point", kind.name()));
        source = rest;
        let expected: Vec<String> = kind.arguments().iter().chain(table::COMMON).map(row).collect();
        let documented: Vec<&str> = documentation
            .lines()
            .map(|line| line.trim_start().trim_start_matches("///").trim())
            .filter(|line| line.starts_with("| `"))
            .collect();
        assert_eq!(documented, expected, "the arguments of `#[{}]`", kind.name());
    }
}

fn row(argument: &Argument) -> String {
    format!("| {} | {} |", argument.usage(), argument.summary)
}

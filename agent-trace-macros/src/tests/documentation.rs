//! The documentation lists the arguments that the table parses.

use super::KINDS;
use crate::args::{Argument, table};
use crate::derive::{FIELD_KEYS, TYPE_KEYS};

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

#[test]
fn the_derive_documents_exactly_its_keys() {
    let source = include_str!("../lib.rs");
    let (documentation, _) = source.split_once("#[proc_macro_derive(").expect("the derive");
    let (_, documentation) = documentation.split_once("    step => Step;").expect("the macros");
    let documented: Vec<&str> = documentation
        .lines()
        .filter_map(|line| line.strip_prefix("/// "))
        .filter(|line| line.starts_with("| `"))
        .collect();
    let of_fields = FIELD_KEYS.iter().map(|key| (key.name, key.summary));
    let of_types = TYPE_KEYS.iter().map(|(_, usage, summary)| (*usage, *summary));
    let expected: Vec<String> = of_fields
        .chain(of_types)
        .map(|(usage, summary)| format!("| `{usage}` | {summary} |"))
        .collect();
    assert_eq!(documented, expected);
}

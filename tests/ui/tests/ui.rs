//! Compiles every case, and holds the page of checks to what the compiler says.
//!
//! `TRYBUILD=overwrite cargo test -p agent-trace-tests-ui` rewrites what the compiler is expected to
//! say; `UPDATE_EXPECT=1` then rewrites the page.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use expect_test::expect_file;

#[test]
fn the_compiler_says_what_to_write_instead() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("fail/*.rs");
    cases.pass("pass/*.rs");
}

#[test]
fn the_page_of_checks_lists_every_case() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fail");
    let mut sources: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    sources.sort();
    let mut page = String::from(
        "# What is checked while compiling\n\n\
         Every check, and what the compiler says where it fails. Each row is a case that is compiled by \
         the tests.\n\n\
         | check | message |\n|---|---|\n",
    );
    for source in sources {
        let text = fs::read_to_string(&source).unwrap();
        let check = text.lines().next().unwrap().trim_start_matches("//! ");
        let errors = fs::read_to_string(source.with_extension("stderr")).unwrap();
        let messages: Vec<String> = errors
            .lines()
            .filter_map(|line| line.strip_prefix("error"))
            .filter_map(|line| Some(line.split_once(": ")?.1.replace('|', "\\|")))
            .collect();
        assert!(!messages.is_empty(), "{}", source.display());
        writeln!(page, "| {check} | {} |", messages.join("<br>")).unwrap();
    }
    expect_file!["../../../docs/checks.md"].assert_eq(&page);
}

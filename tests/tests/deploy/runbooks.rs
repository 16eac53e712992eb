//! Runbooks: queries that work, and links that lead somewhere.

use regex::Regex;

use crate::files;
use crate::other_queries;
use crate::promql::Known;

/// The queries of all pages: page, language, query.
pub(crate) fn queries() -> Vec<(String, String, String)> {
    let block = Regex::new(r"(?s)```(\w+)\n(.*?)\n```").unwrap();
    let mut queries = Vec::new();
    for path in files::list("runbooks", ".md") {
        let before = queries.len();
        for found in block.captures_iter(&files::text(&path)) {
            queries.push((path.clone(), found[1].to_owned(), found[2].to_owned()));
        }
        assert!(queries.len() > before, "{path} has nothing to look at");
    }
    queries
}

#[test]
fn queries_name_only_what_is_emitted() {
    for (path, language, query) in queries() {
        let checked = match &*language {
            "promql" => Known::with_rules().check(&query).map(drop),
            "traceql" => other_queries::check_trace_ql(&query),
            "logql" => other_queries::check_log_ql(&query),
            other => panic!("{path}: {other}"),
        };
        checked.unwrap_or_else(|problem| panic!("{path}: {problem}"));
    }
}

#[test]
fn each_says_what_it_means_what_to_look_at_and_what_to_do() {
    for path in files::list("runbooks", ".md") {
        let text = files::text(&path);
        let headings: Vec<&str> = text.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(headings, ["## What it means", "## What to look at", "## What to do"], "{path}");
    }
}

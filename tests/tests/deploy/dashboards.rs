//! Dashboards: their queries name what is emitted, their legends what the queries give.

use std::collections::{BTreeMap, BTreeSet};

use regex::{Captures, Regex};
use serde_json::Value;

use crate::files;
use crate::other_queries;
use crate::promql::Known;

/// A panel's query, with where it stands.
struct Target<'a> {
    place: String,
    language: &'a str,
    panel: &'a Value,
    target: &'a Value,
}

fn boards() -> Vec<(String, Value)> {
    let paths = files::list("grafana/dashboards", ".json").into_iter();
    paths.map(|path| (path.clone(), files::json(&path))).collect()
}

fn targets<'a>(path: &str, board: &'a Value) -> Vec<Target<'a>> {
    let mut targets = Vec::new();
    for panel in files::items(&board["panels"]) {
        let place = format!("{path}, {}", panel["title"]);
        for target in files::items(&panel["targets"]) {
            let language = files::str(&target["datasource"]["type"]);
            targets.push(Target { place: place.clone(), language, panel, target });
        }
        assert_eq!(panel["type"] == "row", panel["targets"].is_null(), "{place}");
    }
    targets
}

/// A query as Grafana would send it: with its own variables, and all values of the dashboard's, in place.
fn filled_in(place: &str, query: &str, board: &Value) -> String {
    let variable = Regex::new(r"\$\{?(\w+)\}?").unwrap();
    let own: BTreeMap<&str, &str> = files::items(&board["templating"]["list"])
        .filter(|own| own["type"] == "query")
        .map(|own| (files::str(&own["name"]), files::str(&own["allValue"])))
        .collect();
    let fill = |found: &Captures<'_>| match &found[1] {
        "__rate_interval" => "5m",
        "__range" => "6h",
        "__range_s" => "21600",
        name => *own.get(name).unwrap_or_else(|| panic!("{place}: there is no variable {name}")),
    };
    variable.replace_all(query, fill).into_owned()
}

/// All queries of panels in this language, with their places, as they are with every variable at "All".
pub(crate) fn queries(of_language: &str) -> Vec<(String, String)> {
    let mut queries = Vec::new();
    for (path, board) in boards() {
        for Target { place, language, target, .. } in targets(&path, &board) {
            if language == of_language {
                let field = if language == "tempo" { "query" } else { "expr" };
                let query = filled_in(&place, files::str(&target[field]), &board);
                queries.push((place, query));
            }
        }
    }
    queries
}

#[test]
fn panels_name_only_what_is_emitted() {
    let mut counts = Vec::new();
    for language in ["prometheus", "tempo", "loki"] {
        let queries = queries(language);
        for (place, query) in &queries {
            let checked = match language {
                "prometheus" => Known::with_rules().check(query).map(drop),
                "tempo" => other_queries::check_trace_ql(query),
                _ => other_queries::check_log_ql(query),
            };
            checked.unwrap_or_else(|problem| panic!("{place}: {problem}"));
        }
        counts.push(queries.len());
    }
    let all: usize = boards().iter().map(|(path, board)| targets(path, board).len()).sum();
    assert_eq!(counts.iter().sum::<usize>(), all, "a panel asks something else");
    assert!(counts[0] > 60 && counts[1] > 3 && counts[2] > 0, "{counts:?}");
}

#[test]
fn legends_columns_and_overrides_name_what_the_queries_give() {
    let known = Known::with_rules();
    let in_braces = Regex::new(r"\{\{\s*(\w+)\s*\}\}").unwrap();
    for (path, board) in boards() {
        for Target { place, language, panel, target } in targets(&path, &board) {
            if language != "prometheus" {
                continue;
            }
            let has = known.check(&filled_in(&place, files::str(&target["expr"]), &board)).unwrap();
            let legend = target["legendFormat"].as_str().unwrap_or_default();
            for found in in_braces.captures_iter(legend) {
                assert!(has.contains(&found[1]), "{place}: {legend}");
            }
            for change in files::items(&panel["transformations"]) {
                for column in change["options"]["renameByName"].as_object().into_iter().flatten() {
                    let (from, _) = column;
                    assert!(from.starts_with("Value") || has.contains(from), "{place}: {from}");
                }
            }
        }
    }
}

/// Each variable is asked of series that exist, below variables that come before it.
#[test]
fn variables_are_labels_of_what_is_emitted() {
    let values = Regex::new(r"^label_values\((.*), (\w+)\)$").unwrap();
    for (path, board) in boards() {
        let mut count = 0;
        for variable in files::items(&board["templating"]["list"]) {
            if variable["type"] != "query" {
                continue;
            }
            let query = filled_in(&path, files::str(&variable["query"]), &board);
            let parts = values.captures(&query).unwrap_or_else(|| panic!("{path}: {query}"));
            let labels = Known::with_rules().check(&parts[1]).unwrap();
            assert!(labels.contains(&parts[2]), "{path}: {query}");
            count += 1;
        }
        assert!(count > 0, "{path} has no variables");
    }
}

#[test]
fn ids_are_unique_and_links_lead_to_dashboards() {
    let boards = boards();
    let ids: BTreeSet<&str> = boards.iter().map(|(_, board)| files::str(&board["uid"])).collect();
    let expected = ["agents", "cost", "models", "pipeline", "tools"];
    assert_eq!(Vec::from_iter(ids), expected.map(|name| format!("agent-trace-{name}")));
    for (path, board) in &boards {
        let mut panels = BTreeSet::new();
        for panel in files::items(&board["panels"]) {
            assert!(panels.insert(panel["id"].as_u64().unwrap()), "{path}: {}", panel["id"]);
            let says = |key: &str| panel[key].as_str().is_some_and(|text| !text.is_empty());
            assert!(says("title") && (panel["type"] == "row" || says("description")), "{panel}");
        }
        let link = &board["links"][0];
        assert_eq!(
            (&link["type"], &link["tags"]),
            (&"dashboards".into(), &board["tags"]),
            "{path}"
        );
    }
}

/// Two panels in one place hide each other.
#[test]
fn panels_do_not_overlap() {
    for (path, board) in boards() {
        let mut taken = BTreeSet::new();
        for panel in files::items(&board["panels"]) {
            let [x, y, w, h] =
                ["x", "y", "w", "h"].map(|key| panel["gridPos"][key].as_u64().unwrap());
            assert!(x + w <= 24, "{path}: {}", panel["title"]);
            for place in (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y))) {
                assert!(taken.insert(place), "{path}: {} at {place:?}", panel["title"]);
            }
        }
    }
}

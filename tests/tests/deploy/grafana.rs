//! Dashboards have the types of Grafana's schema, and no property that it does not know; queries of traces and log events
//! are by its grammars.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::{dashboards, files, install, runbooks};

/// Checks these values, each in a file of its own, and gives what the compiler tells.
fn check(folder: &Path, values: &[(String, String)]) -> Result<(), String> {
    let types = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/deploy/grafana/dashboard.ts");
    fs::create_dir_all(folder).unwrap();
    fs::copy(types, folder.join("dashboard.ts")).unwrap();
    let mut compiler = Command::new("node");
    compiler.arg("../node_modules/typescript/bin/tsc").current_dir(folder);
    compiler.args(["--noEmit", "--strict", "--skipLibCheck", "--module", "esnext"]);
    compiler.args(["--moduleResolution", "bundler", "--target", "es2022"]);
    for (name, value) in values {
        let file = format!("{name}.ts");
        let text = format!(
            "import type {{ Dashboard }} from './dashboard';\nexport const board: Dashboard = {value};\n"
        );
        fs::write(folder.join(&file), text).unwrap();
        compiler.arg(file);
    }
    install::run(&mut compiler).map(drop)
}

#[test]
fn dashboards_have_the_types_of_the_schema() {
    let Some(folder) = install::grafana_schema() else { return };
    let boards = files::list("grafana/dashboards", ".json").into_iter();
    let values: Vec<(String, String)> = boards
        .map(|path| {
            (Path::new(&path).file_stem().unwrap().to_str().unwrap().to_owned(), files::text(&path))
        })
        .collect();
    assert_eq!(values.len(), 5);
    check(&folder.join("boards"), &values).unwrap();
}

/// What would pass unseen, were the types less strict.
#[test]
fn mistakes_are_told() {
    let Some(folder) = install::grafana_schema() else { return };
    let board = files::text("grafana/dashboards/tools.json");
    let mistakes = [
        (r#""schemaVersion":"#, r#""schemaVersion1":"#),
        (r#""gridPos":"#, r#""gridPosition":"#),
        (r#""fillOpacity":"#, r#""fillOpaque":"#),
        (r#""legendFormat":"#, r#""legend":"#),
        (r#""colorMode": "value""#, r#""colorMode": "values""#),
        (r#""displayMode": "table""#, r#""displayMode": "tables""#),
        (r#""type": "timeseries""#, r#""type": "time-series""#),
        (r#""refresh": 2"#, r#""refresh": 7"#),
    ];
    let values: Vec<(String, String)> = mistakes
        .iter()
        .enumerate()
        .map(|(position, (right, wrong))| {
            assert!(board.contains(right), "{right}");
            (format!("mistake{position}"), board.replacen(right, wrong, 1))
        })
        .collect();
    let told = check(&folder.join("mistakes"), &values).unwrap_err();
    for (name, _) in &values {
        assert!(told.contains(&format!("{name}.ts(")), "{name} passes: {told}");
    }
}

/// Those of these queries that the grammars of their languages do not know.
fn unknown(folder: &Path, queries: &[(&str, String)]) -> Vec<(String, String)> {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/deploy/grafana/queries.mjs");
    fs::copy(program, folder.join("queries.mjs")).unwrap();
    fs::write(folder.join("queries.json"), serde_json::to_string(queries).unwrap()).unwrap();
    let mut node = Command::new("node");
    let queries = fs::File::open(folder.join("queries.json")).unwrap();
    node.arg("queries.mjs").current_dir(folder).stdin(Stdio::from(queries));
    serde_json::from_slice(&install::run(&mut node).unwrap().stdout).unwrap()
}

#[test]
fn queries_of_traces_and_log_events_are_by_the_grammars() {
    let Some(folder) = install::grafana_schema() else { return };
    let mut queries = Vec::new();
    for language in ["tempo", "loki"] {
        let of_panels = dashboards::queries(language).into_iter();
        queries.extend(of_panels.map(|(_, query)| (language, query)));
    }
    for (_, language, query) in runbooks::queries() {
        match &*language {
            "traceql" => queries.push(("tempo", query)),
            "logql" => queries.push(("loki", query)),
            _ => {}
        }
    }
    assert!(queries.len() > 12, "{queries:?}");
    let mistakes = [
        ("tempo", "{ span.gen_ai.operation.name = }".to_owned()),
        ("tempo", "{ status = failed }".to_owned()),
        ("loki", "{service_name=\"support\" | exception_type".to_owned()),
    ];
    queries.extend(mistakes.clone());
    let expected = mistakes.map(|(language, query)| (language.to_owned(), query));
    assert_eq!(unknown(&folder, &queries), expected);
}

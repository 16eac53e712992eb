//! Dashboards have the types of Grafana's schema, and no property that it does not know.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{files, install};

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

//! Prometheus's own tool takes the configuration and the rules, and its test cases hold.

use std::process::Command;

use crate::{files, install};

fn promtool(arguments: &[&str], paths: &[String]) -> Result<String, String> {
    let mut command = Command::new("promtool");
    let output = install::run(command.args(arguments).args(paths).current_dir(files::root()))?;
    Ok(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_configuration_and_its_rules_are_valid() {
    if !install::has_prometheus() {
        return;
    }
    let told = promtool(&["check", "config"], &["prometheus/prometheus.yml".to_owned()]).unwrap();
    assert!(told.contains("SUCCESS: 3 rule files found"), "{told}");
    let rules = ["prices", "recording", "alerts"].map(|name| format!("prometheus/{name}.yml"));
    // Duplicates are warnings otherwise.
    let told = promtool(&["check", "rules", "--lint=all", "--lint-fatal"], &rules).unwrap();
    assert_eq!(told.matches("SUCCESS").count(), 3, "{told}");
}

#[test]
fn alerts_fire_when_they_should_and_only_then() {
    if !install::has_prometheus() {
        return;
    }
    let cases = files::list("prometheus/tests", ".yml");
    let told = promtool(&["test", "rules"], &cases).unwrap();
    assert_eq!(told.matches("SUCCESS").count(), cases.len(), "{told}");
}

/// The case that fails shows that the tool's answer counts.
#[test]
fn a_case_that_does_not_hold_is_told() {
    if !install::has_prometheus() {
        return;
    }
    let case =
        files::text("prometheus/tests/pipeline_test.yml").replace("queue_full", "refused_queue");
    let case = case.replacen("refused_queue", "queue_full", 1);
    let rules = files::root().join("prometheus");
    let case = case.replace("../", &format!("{}/", rules.display()));
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("fails_test.yml");
    std::fs::write(&path, case).unwrap();
    let told = promtool(&["test", "rules"], &[path.display().to_string()]).unwrap_err();
    assert!(told.contains("refused_queue"), "{told}");
}

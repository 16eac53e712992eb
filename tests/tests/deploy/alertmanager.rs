//! Alertmanager's own tool takes the configuration, and each severity goes where it should.

use std::process::Command;

use crate::{files, install, rules};

const CONFIGURATION: &str = "alertmanager/alertmanager.yml";

fn amtool(arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new("amtool");
    let output = install::run(command.args(arguments).current_dir(files::root()))?;
    Ok(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_configuration_is_valid() {
    if !install::has_alertmanager() {
        return;
    }
    let told = amtool(&["check-config", CONFIGURATION]).unwrap();
    assert!(told.contains("SUCCESS") && told.contains("2 receivers"), "{told}");
}

#[test]
fn pages_go_to_the_pager_and_all_else_is_a_ticket() {
    if !install::has_alertmanager() {
        return;
    }
    let flag = format!("--config.file={CONFIGURATION}");
    let receiver = |labels: &[&str]| {
        let told = amtool(&[&["config", "routes", "test", &flag], labels].concat()).unwrap();
        told.trim().to_owned()
    };
    for (name, rule) in rules::alerts() {
        let severity = &rule.labels["severity"];
        let labels = [format!("alertname={name}"), format!("severity={severity}")];
        let expected = if severity == "page" { "pager" } else { "tickets" };
        assert_eq!(receiver(&[&labels[0], &labels[1]]), expected, "{name}");
    }
    assert_eq!(receiver(&["alertname=SomethingElse"]), "tickets");
}

/// A pager is two ways to reach a person.
#[test]
fn the_pager_is_pagerduty_and_a_webhook() {
    let configuration = files::yaml(CONFIGURATION);
    let receivers = files::items(&configuration["receivers"]);
    let pager = receivers.into_iter().find(|receiver| receiver["name"] == "pager").unwrap();
    let pagerduty = &pager["pagerduty_configs"][0];
    assert_eq!(pagerduty["routing_key_file"], "/run/secrets/pagerduty_routing_key");
    assert!(files::str(&pagerduty["links"][0]["href"]).contains("runbook_url"));
    assert!(pager["webhook_configs"][0]["url"].is_string());
}

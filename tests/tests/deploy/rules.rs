//! Recording and alert rules: they name what is emitted, and whoever is told finds a runbook.

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;

use crate::files;
use crate::promql::Known;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) record: Option<String>,
    pub(crate) alert: Option<String>,
    pub(crate) expr: String,
    #[serde(default)]
    pub(crate) labels: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) annotations: BTreeMap<String, String>,
    #[serde(rename = "for")]
    pub(crate) _lasting: Option<String>,
}

/// All rules, in the order in which Prometheus is told to read their files.
pub(crate) fn all() -> Vec<Rule> {
    let configuration = files::yaml("prometheus/prometheus.yml");
    let mut rules = Vec::new();
    for file in files::items(&configuration["rule_files"]) {
        let groups = files::yaml(&format!("prometheus/{}", files::str(file)));
        for group in files::items(&groups["groups"]) {
            for rule in files::items(&group["rules"]) {
                let parsed = serde_json::from_value(rule.clone());
                rules.push(parsed.unwrap_or_else(|error| panic!("{rule}: {error}")));
            }
        }
    }
    rules
}

pub(crate) fn alerts() -> Vec<(String, Rule)> {
    let rules = all().into_iter();
    rules.filter_map(|mut rule| Some((rule.alert.take()?, rule))).collect()
}

/// The file of a runbook's URL: Prometheus serves them below its own.
pub(crate) fn runbook_of(url: &str) -> Option<String> {
    Some(format!("runbooks/{}", url.split_once("/user/")?.1))
}

#[test]
fn rules_name_only_what_is_emitted() {
    let known = Known::with_rules();
    let alerts = alerts();
    assert_eq!(alerts.len(), 10);
    for (name, rule) in &alerts {
        known.check(&rule.expr).unwrap_or_else(|problem| panic!("{name}: {problem}"));
    }
}

#[test]
fn each_alert_says_what_and_to_whom() {
    let label = Regex::new(r"\$labels\.(\w+)").unwrap();
    for (name, rule) in alerts() {
        let severity = rule.labels.get("severity").map(String::as_str);
        assert!(matches!(severity, Some("page" | "ticket")), "{name}: {severity:?}");
        let keys: Vec<&str> = rule.annotations.keys().map(String::as_str).collect();
        assert_eq!(keys, ["description", "runbook_url", "summary"], "{name}");
        let has = Known::with_rules().check(&rule.expr).unwrap();
        for text in rule.annotations.values() {
            for found in label.captures_iter(text) {
                assert!(has.contains(&found[1]), "{name}: {text} has no {}", &found[1]);
            }
        }
    }
}

#[test]
fn each_alert_leads_to_a_runbook_and_each_runbook_has_an_alert() {
    let mut led_to = Vec::new();
    for (name, rule) in alerts() {
        let url = &rule.annotations["runbook_url"];
        assert!(url.starts_with("{{ $externalURL }}/user/"), "{url}");
        let runbook = runbook_of(url).unwrap();
        assert!(files::text(&runbook).contains(&format!("`{name}`")), "{runbook} is not of {name}");
        led_to.push(runbook);
    }
    led_to.sort();
    led_to.dedup();
    assert_eq!(led_to, files::list("runbooks", ".md"));
}

#[test]
fn each_alert_is_tested_firing_and_silent() {
    let mut is_tested = BTreeMap::new();
    for file in files::list("prometheus/tests", ".yml") {
        for test in files::items(&files::yaml(&file)["tests"]) {
            for case in files::items(&test["alert_rule_test"]) {
                let fires = files::items(&case["exp_alerts"]).next().is_some();
                let name = files::str(&case["alertname"]).to_owned();
                is_tested.entry(name).or_insert([false; 2])[usize::from(fires)] = true;
            }
        }
    }
    let expected: BTreeMap<String, [bool; 2]> =
        alerts().into_iter().map(|(name, _)| (name, [true; 2])).collect();
    assert_eq!(is_tested, expected);
}

#[test]
fn each_price_has_a_provider_a_model_and_a_type() {
    let mut count = 0;
    for rule in all().iter().filter(|rule| {
        rule.record.as_deref() == Some("agent_trace:price_dollars:per_million_tokens")
    }) {
        let keys: Vec<&str> = rule.labels.keys().map(String::as_str).collect();
        assert_eq!(keys, ["gen_ai_provider_name", "gen_ai_request_model", "gen_ai_token_type"]);
        assert!(["input", "output"].contains(&&*rule.labels["gen_ai_token_type"]), "{rule:?}");
        assert!(rule.expr.parse::<f64>().is_ok_and(|price| price > 0.0), "{rule:?}");
        count += 1;
    }
    assert!(count > 10, "{count}");
}

//! The files fit together: what one names, another has.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::Value;

use crate::emitted::emitted;
use crate::files;
use crate::promql::Known;

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().into_iter().flat_map(|map| map.keys().map(String::as_str)).collect()
}

/// Host names in URLs and addresses.
fn hosts(text: &str) -> BTreeSet<String> {
    let address = Regex::new(r"\b([a-z][a-z.]*):[0-9]{4,5}\b").unwrap();
    let without_comments = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let lines: Vec<&str> = without_comments.collect();
    address.captures_iter(&lines.join("\n")).map(|found| found[1].to_owned()).collect()
}

#[test]
fn what_compose_mounts_is_there_and_images_are_pinned() {
    let compose = files::yaml("compose.yaml");
    let mut mounts = 0;
    for (name, service) in compose["services"].as_object().unwrap() {
        let image = files::str(&service["image"]);
        let (_, tag) = image.rsplit_once(':').unwrap_or_else(|| panic!("{image} has no version"));
        assert!(tag.trim_start_matches('v').split('.').count() == 3, "{name}: {image}");
        for volume in files::items(&service["volumes"]) {
            let (source, _) = files::str(volume).split_once(':').unwrap();
            match source.strip_prefix("./") {
                Some(path) => assert!(files::root().join(path).exists(), "{name}: {path}"),
                None => assert!(keys(&compose["volumes"]).contains(source), "{name}: {source}"),
            }
            mounts += 1;
        }
        for needed in files::items(&service["depends_on"]) {
            assert!(keys(&compose["services"]).contains(files::str(needed)), "{name}: {needed}");
        }
    }
    assert!(mounts > 8, "{mounts}");
}

/// Dashboards are checked against the schema of the Grafana that shows them.
#[test]
fn the_schema_is_of_the_same_version_as_the_image() {
    let compose = files::yaml("compose.yaml");
    let package: Value = serde_json::from_str(include_str!("grafana/package.json")).unwrap();
    let version = files::str(&package["dependencies"]["@grafana/schema"]);
    assert_eq!(compose["services"]["grafana"]["image"], format!("grafana/grafana:{version}"));
}

#[test]
fn addresses_are_of_services() {
    let compose = files::yaml("compose.yaml");
    let services: BTreeSet<String> =
        keys(&compose["services"]).into_iter().map(Into::into).collect();
    let mut named = BTreeSet::new();
    for path in [
        "collector/config.yaml",
        "prometheus/prometheus.yml",
        "grafana/provisioning/datasources/datasources.yaml",
    ] {
        named.append(&mut hosts(&files::text(path)));
    }
    let expected = ["alertmanager", "loki", "prometheus", "tempo"].map(String::from);
    assert_eq!(named, expected.into());
    assert!(named.is_subset(&services));
}

#[test]
fn pipelines_of_the_collector_use_what_is_configured_and_all_of_it() {
    let configuration = files::yaml("collector/config.yaml");
    let pipelines = configuration["service"]["pipelines"].as_object().unwrap();
    assert_eq!(keys(&configuration["service"]["pipelines"]), ["logs", "metrics", "traces"].into());
    for kind in ["receivers", "processors", "exporters"] {
        let used: BTreeSet<&str> = pipelines
            .values()
            .flat_map(|pipeline| files::items(&pipeline[kind]))
            .map(files::str)
            .collect();
        assert_eq!(used, keys(&configuration[kind]), "{kind}");
    }
    for (signal, pipeline) in pipelines {
        assert_eq!(pipeline["processors"][0], "memory_limiter", "{signal}");
    }
}

#[test]
fn the_collector_samples_by_attributes_that_are_emitted() {
    let configuration = files::yaml("collector/config.yaml");
    let policies = &configuration["processors"]["tail_sampling"]["policies"];
    let mut types = BTreeSet::new();
    for policy in files::items(policies) {
        let kind = files::str(&policy["type"]);
        assert!(policy[kind].is_object(), "{policy}");
        if kind == "numeric_attribute" {
            let key = files::str(&policy[kind]["key"]);
            assert!(emitted().of_spans.contains_key(key), "nobody emits {key}");
        }
        types.insert(kind);
    }
    let expected = ["latency", "numeric_attribute", "probabilistic", "status_code"];
    assert_eq!(Vec::from_iter(types), expected);
}

/// What has to go is caught, and what the dashboards need is not.
#[test]
fn the_collector_redacts_secrets_and_nothing_else() {
    let configuration = files::yaml("collector/config.yaml");
    let patterns = |key: &str| -> Vec<Regex> {
        let patterns = files::items(&configuration["processors"]["redaction"][key]);
        patterns.map(|pattern| Regex::new(files::str(pattern)).unwrap()).collect()
    };
    let (of_keys, of_values) = (patterns("blocked_key_patterns"), patterns("blocked_values"));
    let is_redacted =
        |patterns: &[Regex], text: &str| patterns.iter().any(|found| found.is_match(text));
    for key in ["app.password", "http.request.header.authorization", "API-KEY", "client_secret"] {
        assert!(is_redacted(&of_keys, key), "{key}");
    }
    for value in [
        "sk-abcdefghijklmnopqrstuv",
        "ada@example.com",
        "4111 1111 1111 1111",
        "AKIAABCDEFGHIJKLMNOP",
        "eyJhbGciOiJI.eyJzdWIiOiIx.c2ln",
    ] {
        assert!(is_redacted(&of_values, value), "{value}");
    }
    for (key, values) in emitted().of_spans.iter().chain(&emitted().of_events) {
        assert!(!is_redacted(&of_keys, key), "{key}");
        for value in values {
            assert!(!is_redacted(&of_values, value), "{key}: {value}");
        }
    }
}

#[test]
fn data_sources_lead_to_each_other_and_ask_for_what_is_emitted() {
    let configuration = files::yaml("grafana/provisioning/datasources/datasources.yaml");
    let sources: Vec<&Value> = files::items(&configuration["datasources"]).collect();
    let ids: BTreeSet<&str> = sources.iter().map(|source| files::str(&source["uid"])).collect();
    assert_eq!(Vec::from_iter(&ids), [&"loki", &"prometheus", &"tempo"]);
    let of = |id: &str| &sources.iter().find(|source| source["uid"] == id).unwrap()["jsonData"];
    let traces = of("tempo");
    assert_eq!(traces["tracesToLogsV2"]["datasourceUid"], "loki");
    assert_eq!(of("loki")["derivedFields"][0]["datasourceUid"], "tempo");
    let metrics = &traces["tracesToMetrics"];
    assert_eq!(metrics["datasourceUid"], "prometheus");
    let mut count = 0;
    for query in files::items(&metrics["queries"]) {
        let query = files::str(&query["query"]).replace("$$__tags", "job=\"any\"");
        Known::with_rules().check(&query).unwrap();
        count += 1;
    }
    assert!(count > 0);
}

//! The tables agree with the conventions as data, where `AGENT_TRACE_SEMCONV_DIR` says where they are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::semconv::{
    FORMER, KNOWN, Kinds, MEASURED, SAMPLING_RELEVANT, ValueType, find, successor,
};
use crate::{check, families};

type Row = BTreeMap<String, String>;

/// The rows of a table, or `None`, said on stderr, where the data is not at hand.
fn table(file: &str) -> Option<Vec<Row>> {
    let Some(folder) = std::env::var_os("AGENT_TRACE_SEMCONV_DIR") else {
        eprintln!(
            "skipped: AGENT_TRACE_SEMCONV_DIR is not set, so there is nothing to compare with"
        );
        return None;
    };
    let path = PathBuf::from(folder).join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split('\t').collect();
    let row = |line: &str| {
        header.iter().map(ToString::to_string).zip(line.split('\t').map(str::to_owned)).collect()
    };
    Some(lines.map(row).collect())
}

#[test]
fn every_attribute_has_its_type_and_members() {
    let Some(rows) = table("attributes.tsv") else { return };
    let current: Vec<&Row> = rows.iter().filter(|row| row["deprecated"] == "no").collect();
    for row in &current {
        let key = &row["key"];
        let known = find(key).unwrap_or_else(|| panic!("{key} is missing"));
        let expected = match row["type"].as_str() {
            "string" | "enum" => ValueType::Text,
            "int" => ValueType::Integer,
            "double" => ValueType::Double,
            "boolean" => ValueType::Boolean,
            "string[]" => ValueType::Texts,
            "any" => ValueType::Structured,
            "template[string]" => ValueType::Template,
            other => panic!("{key} has the type {other}, which is unknown here"),
        };
        assert_eq!(known.value, expected, "{key}");
        let members: Vec<&str> =
            row["enum_members"].split(',').filter(|member| !member.is_empty()).collect();
        assert_eq!(known.members, members, "{key}");
    }
    assert_eq!(KNOWN.len(), current.len(), "attributes that the conventions do not have");
}

#[test]
fn every_former_key_has_its_successor() {
    let (Some(attributes), Some(mapping)) = (table("attributes.tsv"), table("legacy_mapping.tsv"))
    else {
        return;
    };
    let mut expected: BTreeMap<String, String> = attributes
        .into_iter()
        .filter(|row| row["deprecated"] != "no")
        .map(|row| (row["key"].clone(), row["renamed_to"].clone()))
        .collect();
    for row in mapping.iter().filter(|row| row["kind"] == "attribute") {
        let now = expected.entry(row["old"].clone()).or_default();
        if now.is_empty() {
            now.clone_from(&row["new"]);
        }
    }
    for (former, now) in &expected {
        assert_eq!(successor(former), Some(now.as_str()), "{former}");
    }
    assert_eq!(FORMER.len(), expected.len(), "former keys that the conventions do not have");
}

#[test]
fn every_attribute_belongs_to_the_spans_that_have_it() {
    let Some(rows) = table("span_attributes.tsv") else { return };
    let kind_of = |span: &str| {
        Some(match span {
            "gen_ai.invoke_agent.internal" => Kinds::AGENT,
            "gen_ai.invoke_agent.client" => Kinds::REMOTE_AGENT,
            "gen_ai.invoke_workflow.internal" => Kinds::WORKFLOW,
            "gen_ai.embeddings.client" => Kinds::EMBEDDINGS,
            "gen_ai.retrieval.client" => Kinds::RETRIEVAL,
            "gen_ai.memory.client" => Kinds::MEMORY,
            "gen_ai.plan.internal" => Kinds::PLAN,
            _ if span.ends_with("gen_ai.client.inference") => Kinds::INFERENCE,
            _ if span.starts_with("gen_ai.execute_tool.") => Kinds::TOOL,
            _ => return None,
        })
    };
    let mut expected: BTreeMap<&str, Kinds> = BTreeMap::new();
    for row in &rows {
        if let Some(kind) = kind_of(&row["span_id"]) {
            let kinds = expected.entry(&row["attribute"]).or_insert(Kinds::NONE);
            *kinds = kinds.and(kind);
        }
    }
    let relevant: BTreeSet<&str> = rows
        .iter()
        .filter(|row| row["sampling_relevant"] == "yes" && kind_of(&row["span_id"]).is_some())
        .map(|row| row["attribute"].as_str())
        .collect();
    assert_eq!(relevant, SAMPLING_RELEVANT.iter().copied().collect());
    for known in KNOWN {
        let kinds = expected.get(known.key).copied().unwrap_or(Kinds::NONE);
        assert_eq!(known.kinds, kinds, "{}", known.key);
    }
}

#[test]
fn providers_and_operations_are_those_of_the_conventions() {
    let provider = find("gen_ai.provider.name").expect("the provider");
    let ours: BTreeSet<&str> = families::PROVIDERS.iter().copied().collect();
    assert_eq!(ours, provider.members.iter().copied().collect());
    let operation = find("gen_ai.operation.name").expect("the operation");
    for name in check::operations() {
        assert!(operation.members.contains(&name), "{name}");
    }
}

#[test]
fn what_metrics_are_told_apart_by_is_read_of_calls_that_are_not_sampled() {
    let Some(rows) = table("metric_attributes.tsv") else { return };
    // The runtime knows these by itself, or has no metrics of them.
    let is_ours = |key: &str| {
        let others = ["error.type", "gen_ai.operation.name", "gen_ai.response.model"];
        !(others.contains(&key) || key == "gen_ai.token.modality" || key.starts_with("openai."))
    };
    let of_clients = rows
        .iter()
        .filter(|row| row["metric"].starts_with("gen_ai.") && !row["metric"].contains(".server."));
    let expected: BTreeSet<&str> =
        of_clients.map(|row| row["attribute"].as_str()).filter(|key| is_ours(key)).collect();
    assert_eq!(expected, MEASURED.iter().copied().collect());
}

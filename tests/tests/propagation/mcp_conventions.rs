//! That spans and metrics of MCP are those of the conventions' data, where `AGENT_TRACE_SEMCONV_DIR` says where that is.

use std::collections::HashSet;

use agent_trace_runtime::mcp::PeerExt;
use agent_trace_runtime::opentelemetry::trace::SpanKind;
use agent_trace_runtime::testing::Recorder;
use agent_trace_tests::conventions::{data, table};
use rmcp::model::{GetPromptRequestParams, ReadResourceRequestParams};

use crate::mcp::{calling, client};

/// Requests of all kinds, answered and refused.
async fn everything() -> Recorder {
    let recorder = Recorder::install();
    let client = client().await;
    let traced = client.traced().over_stdio();
    for tool in ["weather", "broken", "fault", "unknown"] {
        let _ = traced.call_tool(calling(tool)).await;
    }
    let _ = traced.list_tools(None).await;
    let _ = traced.get_prompt(GetPromptRequestParams::new("greeting")).await;
    let _ = traced.read_resource(ReadResourceRequestParams::new("file:///notes")).await;
    client.cancel().await.unwrap();
    let ended = async {
        let sessions = ["mcp.client.session.duration", "mcp.server.session.duration"];
        let is_there = |name: &str| recorder.metrics().iter().any(|known| known.name() == name);
        while !sessions.iter().all(|name| is_there(name)) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), ended).await.unwrap();
    recorder
}

#[tokio::test]
async fn attributes_of_spans_are_those_of_the_data() {
    let Some(folder) = data() else { return };
    let rows = table(&folder, "span_attributes.tsv");
    let recorder = everything().await;
    for span in recorder.spans() {
        let id = match span.kind() {
            SpanKind::Client => "mcp.client",
            SpanKind::Server => "mcp.server",
            _ => continue,
        };
        let of_span: Vec<_> = rows.iter().filter(|row| row["span_id"] == id).collect();
        let keys = span.attribute_keys();
        for key in &keys {
            assert!(of_span.iter().any(|row| row["attribute"] == *key), "{id} has {key}");
        }
        for row in of_span.iter().filter(|row| row["requirement_level"] == "required") {
            assert!(keys.contains(&row["attribute"].as_str()), "{id} lacks {}", row["attribute"]);
        }
    }
}

#[tokio::test]
async fn metrics_are_those_of_the_data() {
    let Some(folder) = data() else { return };
    let rows = table(&folder, "metrics.tsv");
    let attributes = table(&folder, "metric_attributes.tsv");
    let recorder = everything().await;
    let mut seen = HashSet::new();
    for metric in recorder.metrics().iter().filter(|metric| metric.name().starts_with("mcp.")) {
        let name = metric.name();
        seen.insert(name.to_owned());
        let row = rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(metric.unit(), row["unit"], "{name}");
        let boundaries = row["bucket_boundaries"].split(',');
        let boundaries: Vec<f64> = boundaries.map(|boundary| boundary.parse().unwrap()).collect();
        for series in metric.series() {
            assert_eq!(series.boundaries(), boundaries, "{name}");
            for attribute in series.attributes() {
                let key = attribute.key.as_str();
                let is_known = |row: &&std::collections::HashMap<String, String>| {
                    row["metric"] == name && row["attribute"] == key
                };
                assert!(attributes.iter().any(|row| is_known(&row)), "{name} has {key}");
            }
        }
    }
    for row in rows.iter().filter(|row| row["name"].starts_with("mcp.")) {
        assert!(seen.contains(&row["name"]), "{}", row["name"]);
    }
}

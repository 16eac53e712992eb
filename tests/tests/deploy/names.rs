//! What OTLP metrics and attributes are called in Prometheus.
//!
//! Source: OpenTelemetry's "Prometheus and OpenMetrics Compatibility", the strategy `UnderscoreEscapingWithSuffixes`,
//! which is the default of Prometheus 3, of the collector and of the runtime's pull endpoint.

use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;

/// How a metric is counted, as far as its name says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Gauge,
    Counter,
    Histogram,
}

impl Kind {
    pub(crate) fn of(metric: &Metric) -> Self {
        match metric.data.as_ref().expect("a metric with data") {
            Data::Sum(sum) if sum.is_monotonic => Self::Counter,
            Data::Sum(_) | Data::Gauge(_) => Self::Gauge,
            Data::Histogram(_) => Self::Histogram,
            other => panic!("{} is of no kind that is known here: {other:?}", metric.name),
        }
    }
}

/// The names of the series of a metric.
pub(crate) fn series(name: &str, unit: &str, kind: Kind) -> Vec<String> {
    let mut base = escaped(name);
    if let Some(unit) = unit_word(unit, kind).filter(|unit| !base.ends_with(&format!("_{unit}"))) {
        base = format!("{base}_{unit}");
    }
    match kind {
        Kind::Gauge => vec![base],
        Kind::Counter if base.ends_with("_total") => vec![base],
        Kind::Counter => vec![format!("{base}_total")],
        Kind::Histogram => ["bucket", "count", "sum"].map(|part| format!("{base}_{part}")).into(),
    }
}

/// The label of an attribute.
pub(crate) fn label(key: &str) -> String {
    let label = key.replace(|character: char| !character.is_ascii_alphanumeric(), "_");
    if label.starts_with(|first: char| first.is_ascii_digit()) {
        return format!("key_{label}");
    }
    label
}

/// Several characters that cannot stand become one.
fn escaped(name: &str) -> String {
    let words =
        name.split(|character: char| !character.is_ascii_alphanumeric() && character != ':');
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
}

/// Units in braces are annotations, which names leave out.
fn unit_word(unit: &str, kind: Kind) -> Option<&'static str> {
    match unit {
        "s" => Some("seconds"),
        "ms" => Some("milliseconds"),
        "By" => Some("bytes"),
        "1" if kind == Kind::Gauge => Some("ratio"),
        "" | "1" => None,
        _ if unit.starts_with('{') && unit.ends_with('}') => None,
        _ => panic!("the unit {unit} has no word here yet"),
    }
}

#[test]
fn histograms_have_three_series_with_their_unit() {
    assert_eq!(
        series("gen_ai.client.operation.duration", "s", Kind::Histogram),
        [
            "gen_ai_client_operation_duration_seconds_bucket",
            "gen_ai_client_operation_duration_seconds_count",
            "gen_ai_client_operation_duration_seconds_sum",
        ],
    );
    let tokens = series("gen_ai.client.token.usage", "{token}", Kind::Histogram);
    assert_eq!(tokens[2], "gen_ai_client_token_usage_sum");
}

#[test]
fn counters_end_in_total_once() {
    let exported = series("otel.sdk.exporter.span.exported", "{span}", Kind::Counter);
    assert_eq!(exported, ["otel_sdk_exporter_span_exported_total"]);
    assert_eq!(series("requests.total", "", Kind::Counter), ["requests_total"]);
}

#[test]
fn gauges_have_their_unit_once() {
    assert_eq!(
        series("agent_trace.spool.size", "By", Kind::Gauge),
        ["agent_trace_spool_size_bytes"]
    );
    assert_eq!(series("queue.bytes", "By", Kind::Gauge), ["queue_bytes"]);
    assert_eq!(series("fill", "1", Kind::Gauge), ["fill_ratio"]);
}

#[test]
fn what_cannot_stand_in_a_name_becomes_an_underscore() {
    assert_eq!(series("a..b--c", "", Kind::Gauge), ["a_b_c"]);
    assert_eq!(label("gen_ai.provider.name"), "gen_ai_provider_name");
    assert_eq!(label("a.-b"), "a__b");
    assert_eq!(label("2nd"), "key_2nd");
}

//! What an endpoint gets while the frameworks' own spans are live, which have the same tokens on them.

use std::sync::{Arc, Mutex};

use agent_trace_examples::{Endpoint, scripts};
use agent_trace_runtime::{Protocol, Telemetry};
use agent_trace_tests::Collector;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::trace::v1::Span;
use tracing::Subscriber;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

#[path = "../../frameworks/langchain.rs"]
mod langchain;
#[path = "../../frameworks/rig.rs"]
mod rig;

/// Keeps which spans of `tracing` have been told tokens.
#[derive(Clone, Default)]
struct TokensTold(Arc<Mutex<Vec<String>>>);

/// Whether any of the fields counts what went into a model.
struct IsInput(bool);

impl Visit for IsInput {
    fn record_debug(&mut self, field: &Field, _: &dyn std::fmt::Debug) {
        self.0 |= ["gen_ai.usage.input_tokens", "prompt_tokens"].contains(&field.name());
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for TokensTold {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let mut input = IsInput(false);
        attributes.record(&mut input);
        assert!(!input.0, "they are told later");
    }

    fn on_record(&self, span: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let mut input = IsInput(false);
        values.record(&mut input);
        if input.0 {
            let span = context.span(span).expect("it is open");
            let (target, name) = (span.metadata().target(), span.name());
            self.0.lock().unwrap().push(format!("{target}: {name}"));
        }
    }
}

fn name(span: &Span) -> &str {
    &span.name
}

/// What the metric of this name adds up to, by kind of token.
fn sum(collector: &Collector, metric: &str, kind: &str) -> f64 {
    let metrics = collector.metrics().into_iter().filter(|known| known.name == metric);
    let points = metrics.flat_map(|metric| match metric.data {
        Some(Data::Histogram(histogram)) => histogram.data_points,
        other => panic!("{other:?}"),
    });
    let of_kind = points.filter(|point| {
        let kinds = point.attributes.iter().filter(|known| known.key == "gen_ai.token.type");
        kinds.into_iter().any(|known| format!("{:?}", known.value).contains(kind))
    });
    of_kind.filter_map(|point| point.sum).sum()
}

#[tokio::test]
async fn what_the_frameworks_trace_themselves_is_not_counted_again() {
    let collector = Collector::http();
    let builder = Telemetry::builder().endpoint(collector.endpoint());
    let telemetry = builder.protocol(Protocol::HttpProtobuf).install().unwrap();
    let told = TokensTold::default();
    let layers = telemetry.tracing_layer().with_filter(LevelFilter::INFO);
    let own = told.clone().with_filter(LevelFilter::INFO);
    tracing_subscriber::registry().with(layers).with(own).init();

    let endpoint = Endpoint::scripted(scripts::support()).await.unwrap();
    rig::answer(&rig::model(&endpoint), "Where is it?").await.unwrap();
    langchain::answer(langchain::agent(&endpoint).unwrap(), "Where is it?").await.unwrap();
    telemetry.shutdown().unwrap();

    let told = told.0.lock().unwrap().clone();
    assert_eq!(
        told,
        [
            "rig::completions: chat",
            "rig::completions: chat",
            "langchain_rust::observability: llm.generate",
            "langchain_rust::observability: llm.generate",
        ],
        "the frameworks have counted, too"
    );

    let spans = collector.spans();
    let [rig, langchain] = ["invoke_agent rig", "invoke_agent langchain"]
        .map(|agent| spans.iter().find(|span| span.name == agent).expect("it was sent"));
    assert_eq!(spans.len(), 10, "{:?}", spans.iter().map(name).collect::<Vec<_>>());
    for agent in [rig, langchain] {
        assert!(agent.parent_span_id.is_empty());
        let below = spans.iter().filter(|span| span.parent_span_id == agent.span_id);
        let below: Vec<&Span> = below.collect();
        assert!(below.iter().all(|span| span.trace_id == agent.trace_id));
        assert_eq!(
            below.into_iter().map(name).collect::<Vec<_>>(),
            [
                "chat gpt-4o",
                "execute_tool track_parcel",
                "execute_tool refund_policy",
                "chat gpt-4o"
            ]
        );
    }
    for span in &spans {
        let counts = span.attributes.iter().any(|known| known.key.starts_with("gen_ai.usage."));
        assert_eq!(counts, span.name == "chat gpt-4o", "{}", span.name);
    }
    let metric = "gen_ai.client.token.usage";
    assert_eq!(sum(&collector, metric, "input"), f64::from(2 * (236 + 327)));
    assert_eq!(sum(&collector, metric, "output"), f64::from(2 * (49 + 54)));

    let records = collector.log_records();
    assert!(!records.is_empty(), "what they write down goes along");
    let is_known =
        |trace: &[u8]| trace.is_empty() || spans.iter().any(|span| span.trace_id == trace);
    assert!(records.iter().all(|record| is_known(&record.trace_id)));
}

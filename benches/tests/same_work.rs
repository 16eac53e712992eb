//! Every kit makes the same spans of the same work: the same names, kinds and attributes.

use std::fmt::Write;
use std::sync::{Arc, Mutex};

use agent_trace_benches::kits::{fastrace_reporter, tracing_subscriber};
use agent_trace_benches::work::by_hand::Instruments;
use agent_trace_benches::work::{
    Model, Request, agent_trace, fastrace as with_fastrace, ready, tracing as with_tracing,
};
use agent_trace_runtime::Telemetry;
use fastrace::collector::Config;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{
    SdkTracer, SdkTracerProvider, SimpleSpanProcessor, SpanData, SpanExporter,
};

#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Kept {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap().extend(batch);
        Ok(())
    }
}

impl Kept {
    fn tracer(&self) -> SdkTracer {
        let processor = SimpleSpanProcessor::new(self.clone());
        SdkTracerProvider::builder().with_span_processor(processor).build().tracer("kept")
    }

    /// A line for each kind of span: its name, its kind, and its attributes in the order of their keys.
    fn described(&self) -> String {
        let spans = std::mem::take(&mut *self.0.lock().unwrap());
        let mut lines: Vec<String> = spans.iter().map(describe).collect();
        lines.sort();
        lines.dedup();
        lines.join("\n")
    }
}

fn describe(span: &SpanData) -> String {
    let mut line = format!("{} {:?}", span.name, span.span_kind);
    let mut attributes = span.attributes.clone();
    attributes.sort_by(|one, other| one.key.cmp(&other.key));
    for attribute in attributes {
        // What has no lists writes the one reason as a text.
        let value = attribute.value.to_string().replace(['[', ']', '"'], "");
        write!(line, " {}={value}", attribute.key).unwrap();
    }
    line
}

fn run(kept: &Kept, work: impl FnOnce(&Model, &Request)) -> String {
    work(&Model::default(), &Request::default());
    kept.described()
}

#[test]
fn every_kit_makes_the_same_spans() {
    let kept = Kept::default();
    let by_hand = Instruments::new(kept.tracer(), SdkMeterProvider::default());
    let expected = run(&kept, |model, request| {
        ready(by_hand.measured_chat(model, request));
        ready(by_hand.trace_of_tools());
        ready(by_hand.trace_of_steps());
    });
    assert_eq!(expected.matches("gen_ai.response.").count(), 3, "{expected}");
    assert_eq!(expected.lines().count(), 4, "{expected}");

    let subscriber = tracing_subscriber(kept.tracer());
    let traced = tracing::subscriber::with_default(subscriber, || {
        run(&kept, |model, request| {
            ready(with_tracing::chat(model, request));
            ready(with_tracing::trace_of_tools());
            ready(with_tracing::trace_of_steps());
        })
    });
    assert_eq!(traced, expected);

    fastrace::set_reporter(fastrace_reporter(kept.clone()), Config::default());
    let traced = run(&kept, |model, request| {
        ready(with_fastrace::chat(model, request));
        ready(with_fastrace::trace_of_tools());
        ready(with_fastrace::trace_of_steps());
        fastrace::flush();
    });
    assert_eq!(traced, expected);

    let processor = SimpleSpanProcessor::new(kept.clone());
    let _telemetry = Telemetry::builder().span_processor(processor).install().unwrap();
    let traced = run(&kept, |model, request| {
        ready(agent_trace::chat(model, request));
        ready(agent_trace::trace_of_tools());
        ready(agent_trace::trace_of_steps());
    });
    assert_eq!(traced, expected);
}

//! A real model answers the examples, and their telemetry says what its own responses say.
//!
//! Where the model cannot be had, that is said, and the test passes; `AGENT_TRACE_REQUIRE_INTEROP` makes that a
//! failure.

mod model;

use std::path::PathBuf;

use agent_trace_tests::Collector;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::metrics::v1::HistogramDataPoint;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::trace::v1::Span;
use serde_json::{Value, json};
use tokio::process::Command;

use model::Model;

/// Runs an example against the model, and gives what it prints.
async fn run(example: &str, model: &Model, collector: &Collector) -> String {
    let tests = std::env::current_exe().unwrap();
    let target = tests.parent().and_then(|deps| deps.parent()).unwrap();
    let program: PathBuf = target.join("examples").join(example);
    let mut command = Command::new(&program);
    command.env_clear().env("OPENAI_API_KEY", "any").env("OPENAI_BASE_URL", &model.base_url);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint());
    let output = command.kill_on_drop(true).output().await;
    let output = output.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// The calls of the model, in the order of their starts.
fn inferences(collector: &Collector) -> Vec<Span> {
    let mut spans = collector.spans();
    spans.retain(|span| span.name == "chat gpt-4o");
    spans
}

fn attribute(span: &Span, key: &str) -> Value {
    let found = span.attributes.iter().find(|attribute| attribute.key == key);
    found.and_then(|found| found.value.clone()?.value).map_or(Value::Null, to_json)
}

fn to_json(value: Any) -> Value {
    match value {
        Any::StringValue(text) => json!(text),
        Any::IntValue(number) => json!(number),
        Any::DoubleValue(number) => json!(number),
        Any::ArrayValue(list) => {
            let values = list.values.into_iter().filter_map(|value| value.value);
            values.map(to_json).collect()
        }
        other => json!(format!("{other:?}")),
    }
}

fn seconds(span: &Span) -> f64 {
    (span.end_time_unix_nano - span.start_time_unix_nano) as f64 / 1e9
}

/// The points of a metric that are about chats.
fn points(collector: &Collector, name: &str) -> Vec<HistogramDataPoint> {
    let metric = collector.metrics().into_iter().find(|metric| metric.name == name);
    let Some(Data::Histogram(histogram)) = metric.and_then(|metric| metric.data) else {
        panic!("{name}: {:?}", collector.metrics());
    };
    let is_chat = |point: &HistogramDataPoint| {
        let operation = point.attributes.iter().find(|at| at.key == "gen_ai.operation.name");
        let operation = operation.and_then(|operation| operation.value.clone()?.value);
        operation == Some(Any::StringValue("chat".to_owned()))
    };
    histogram.data_points.into_iter().filter(is_chat).collect()
}

/// The span says of the response what its documents say: the whole one, or all chunks of a stream.
fn assert_agrees(span: &Span, documents: &[Value]) {
    let first = &documents[0];
    let usage = &documents.last().unwrap()["usage"];
    let input = usage["prompt_tokens"].as_u64().expect("a count");
    let output = usage["completion_tokens"].as_u64().expect("a count");
    assert!(input > 0 && (1..=24).contains(&output), "{usage}");
    assert_eq!(attribute(span, "gen_ai.usage.input_tokens"), input);
    assert_eq!(attribute(span, "gen_ai.usage.output_tokens"), output);
    let cached = &usage["prompt_tokens_details"]["cached_tokens"];
    assert_eq!(&attribute(span, "gen_ai.usage.cache_read.input_tokens"), cached);
    assert_eq!(attribute(span, "gen_ai.response.model"), "smollm2-135m-instruct");
    assert_eq!(attribute(span, "gen_ai.response.id"), first["id"]);
    let reasons = documents.iter().map(|document| &document["choices"][0]["finish_reason"]);
    let reasons: Vec<&Value> = reasons.filter(|reason| reason.is_string()).collect();
    assert_eq!(reasons.len(), 1, "{documents:?}");
    assert_eq!(attribute(span, "gen_ai.response.finish_reasons"), json!(reasons));
    assert_eq!(attribute(span, "error.type"), Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_model_is_measured_as_it_says_itself() {
    let Some(model) = Model::start().await else { return };
    whole_responses(&model).await;
    streamed(&model).await;
}

async fn whole_responses(model: &Model) {
    let collector = Collector::http();
    let answer = run("support_agent", model, &collector).await;
    assert!(answer.starts_with("Dear Ada"), "{answer}");

    let (calls, answers) = (inferences(&collector), model.answers());
    assert!(!calls.is_empty());
    assert_eq!(calls.len(), answers.len());
    for (call, answer) in calls.iter().zip(&answers) {
        assert_agrees(call, answer);
    }
}

async fn streamed(model: &Model) {
    let before = model.answers().len();
    let collector = Collector::http();
    let told = run("streaming", model, &collector).await;

    let calls = inferences(&collector);
    let [call] = &calls[..] else { panic!("{calls:?}") };
    let answers = model.answers();
    let [chunks] = &answers[before..] else { panic!("{answers:?}") };
    assert!(chunks.len() > 10, "it is streamed: {chunks:?}");
    assert_agrees(call, chunks);
    let texts = chunks.iter().filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str());
    assert_eq!(told, format!("{}\n", texts.collect::<String>()));

    let duration = points(&collector, "gen_ai.client.operation.duration");
    let first = points(&collector, "gen_ai.client.operation.time_to_first_chunk");
    let between = points(&collector, "gen_ai.client.operation.time_per_output_chunk");
    assert_eq!((duration[0].count, first[0].count), (1, 1));
    let (duration, first) = (duration[0].sum.unwrap(), first[0].sum.unwrap());
    assert!(0.0 < first && first < duration, "{first} of {duration}");
    assert_eq!(attribute(call, "gen_ai.response.time_to_first_chunk"), first);
    assert!((duration - seconds(call)).abs() < 1e-6, "{duration} is not {}", seconds(call));
    assert_eq!(between[0].count, chunks.len() as u64 - 1, "one between each two chunks");
    let all = first + between[0].sum.unwrap();
    assert!(all <= duration, "the chunks took {all} of {duration}");
}

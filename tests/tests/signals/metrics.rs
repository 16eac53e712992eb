//! Which metrics each call has, of which labels, and that sampling changes nothing.

use std::time::Duration;

use agent_trace_runtime::Conventions;
use agent_trace_runtime::opentelemetry_sdk::trace::Sampler;
use agent_trace_runtime::testing::Recorder;
use futures::{FutureExt, StreamExt};

use crate::support::{
    answer, ask, ask_any, call_remote, delegate, drain, embed, lines, look_up, recall, recorder,
    retrieve, run, stream, work,
};

const CALL: &str = "gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=gpt-4o \
                    gen_ai.response.model=gpt-4o-2024-08-06";

#[test]
fn an_inference_under_the_released_conventions() {
    let recorder = recorder(Conventions::Released);
    assert!(run(ask(false)).is_ok());
    let server = "server.address=api.example.com server.port=8443";
    assert_eq!(
        lines(&recorder),
        format!(
            "gen_ai.client.operation.duration {CALL} {server}: 1 value\n\
             gen_ai.client.token.usage {CALL} gen_ai.token.type=input {server}: 1 value, sum 412\n\
             gen_ai.client.token.usage {CALL} gen_ai.token.type=output {server}: 1 value, sum 38\n"
        ),
    );
}

#[test]
fn an_inference_under_the_current_conventions() {
    let recorder = recorder(Conventions::Latest);
    assert!(run(ask(false)).is_ok());
    let server = "server.address=api.example.com server.port=8443";
    let prefix = "gen_ai.client.inference";
    assert_eq!(
        lines(&recorder),
        format!(
            "{prefix}.duration {CALL} {server}: 1 value\n\
             {prefix}.operation.input_tokens {CALL} {server}: 1 value, sum 412\n\
             {prefix}.operation.output_tokens {CALL} {server}: 1 value, sum 38\n\
             {prefix}.usage.cache_read.input_tokens {CALL} gen_ai.token.modality=unknown {server}: 1 value, sum 200\n\
             {prefix}.usage.cache_write.input_tokens {CALL} gen_ai.token.modality=unknown {server}: 1 value, sum 12\n\
             {prefix}.usage.input_tokens {CALL} gen_ai.token.modality=image {server}: 1 value, sum 300\n\
             {prefix}.usage.input_tokens {CALL} gen_ai.token.modality=text {server}: 1 value, sum 112\n\
             {prefix}.usage.output_tokens {CALL} gen_ai.token.modality=unknown {server}: 1 value, sum 38\n\
             {prefix}.usage.reasoning.output_tokens {CALL} gen_ai.token.modality=unknown {server}: 1 value, sum 30\n"
        ),
    );
}

#[test]
fn both_conventions_share_what_they_share() {
    let recorder = recorder(Conventions::Both);
    assert!(run(ask(false)).is_ok());
    assert!(run(embed()).is_ok());
    let counts = |name: &str| {
        recorder.metric(name).series().iter().map(|series| series.count()).collect::<Vec<_>>()
    };
    assert_eq!(counts("gen_ai.client.inference.duration"), [1]);
    // The inference under its former name, and the embedding.
    assert_eq!(counts("gen_ai.client.operation.duration"), [1, 1]);
    assert_eq!(counts("gen_ai.client.token.usage").len(), 3);
}

#[test]
fn every_ending_is_a_duration_and_only_failures_have_a_type() {
    let recorder = recorder(Conventions::Latest);
    assert!(run(ask(false)).is_ok());
    assert!(run(ask(true)).is_err());
    let mut lost = Box::pin(pending());
    assert!((&mut lost).now_or_never().is_none());
    drop(lost);
    let panicked = std::panic::catch_unwind(|| run(panics()));
    assert!(panicked.is_err());
    let mut abandoned = Box::pin(stream(3));
    let _ = run(abandoned.next());
    drop(abandoned);
    drain(stream(2));

    let durations = recorder.metric("gen_ai.client.inference.duration");
    let mut endings: Vec<String> = durations
        .series()
        .iter()
        .map(|series| series.attribute("error.type").map_or("none".into(), ToString::to_string))
        .collect();
    endings.sort();
    assert_eq!(endings, ["abandoned", "cancelled", "none", "none", "panic", "refused"]);
}

#[agent_trace_runtime::llm_call(model = "gpt-4o", usage = none)]
async fn pending() {
    std::future::pending().await
}

#[agent_trace_runtime::llm_call(model = "gpt-4o", usage = none)]
async fn panics() {
    panic!("on purpose");
}

#[test]
fn streams_tell_of_their_chunks() {
    for (conventions, prefix) in [
        (Conventions::Released, "gen_ai.client.operation"),
        (Conventions::Latest, "gen_ai.client.inference"),
    ] {
        let recorder = recorder(conventions);
        drain(stream(4));
        let first = recorder.metric(&format!("{prefix}.time_to_first_chunk"));
        assert_eq!(first.lines(), format!("{CALL}: 1 value\n"));
        let further = recorder.metric(&format!("{prefix}.time_per_output_chunk"));
        // The model that answers was not known when the second chunk came.
        let model = " gen_ai.response.model=gpt-4o-2024-08-06";
        assert_eq!(further.lines(), format!("{}: 3 values\n", CALL.replace(model, "")));
    }
    let recorder = recorder(Conventions::Latest);
    drain(stream(0));
    assert!(run(ask(false)).is_ok());
    let has_chunks = recorder.metrics().iter().any(|metric| metric.name().contains("chunk"));
    assert!(!has_chunks, "neither an empty stream nor a plain call has chunks");
}

#[test]
fn an_agent_counts_the_calls_that_it_makes_itself() {
    let recorder = recorder(Conventions::Latest);
    run(work());
    assert_eq!(
        recorder.metric("gen_ai.invoke_agent.inference_calls").lines(),
        "gen_ai.agent.name=research: 1 value, sum 1\ngen_ai.agent.name=support: 1 value, sum 2\n",
    );
    assert_eq!(
        recorder.metric("gen_ai.invoke_agent.tool_calls").lines(),
        "gen_ai.agent.name=research: 1 value, sum 0\ngen_ai.agent.name=support: 1 value, sum 3\n",
    );
    assert_eq!(
        recorder.metric("gen_ai.invoke_workflow.duration").lines(),
        "gen_ai.workflow.name=returns: 1 value\n",
    );
    let tools = recorder.metric("gen_ai.execute_tool.duration");
    assert_eq!(
        tools.lines(),
        "error.type=refused gen_ai.agent.name=support gen_ai.tool.name=lookup gen_ai.tool.type=function: 1 value\n\
         gen_ai.agent.name=support gen_ai.tool.name=lookup gen_ai.tool.type=function: 2 values\n",
    );
    let tool = &recorder.spans_named("execute_tool lookup")[0];
    assert_eq!(tool.attribute("gen_ai.agent.name"), Some(&"support".into()));
}

#[test]
fn the_other_calls_of_services() {
    let recorder = recorder(Conventions::Latest);
    assert!(run(embed()).is_ok());
    run(retrieve());
    run(recall());
    run(call_remote());
    assert_eq!(
        recorder.metric("gen_ai.client.operation.duration").lines(),
        "gen_ai.operation.name=embeddings gen_ai.provider.name=openai \
         gen_ai.request.model=text-embedding-3-small: 1 value\n\
         gen_ai.operation.name=invoke_agent gen_ai.provider.name=openai: 1 value\n\
         gen_ai.operation.name=retrieval: 1 value\n\
         gen_ai.operation.name=search_memory: 1 value\n",
    );
}

#[test]
fn a_duration_equals_that_of_its_span() {
    let recorder = recorder(Conventions::Latest);
    assert!(run(look_up(false)).is_ok());
    let span = recorder.span("execute_tool lookup");
    let span = span.data().end_time.duration_since(span.data().start_time).unwrap();
    let metric = recorder.metric("gen_ai.execute_tool.duration");
    let measured = Duration::from_secs_f64(metric.series()[0].sum());
    assert!(measured.abs_diff(span) < Duration::from_nanos(100), "{measured:?} {span:?}");
}

/// Everything but the durations, which no two runs have in common.
fn counts(sampler: Sampler, conventions: Conventions) -> String {
    let recorder = Recorder::builder().sampler(sampler).conventions(conventions).install();
    run(work());
    run(delegate("other"));
    run(answer());
    drain(stream(3));
    let _ = run(ask_any("m-1", "custom"));
    lines(&recorder)
}

#[test]
fn sampling_changes_no_metric() {
    for conventions in [Conventions::Released, Conventions::Latest, Conventions::Both] {
        let sampled = counts(Sampler::AlwaysOn, conventions);
        assert!(sampled.contains("gen_ai.request.model=m-1"), "{sampled}");
        assert_eq!(counts(Sampler::AlwaysOff, conventions), sampled);
    }
}

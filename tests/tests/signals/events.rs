//! Log events of errors.

use agent_trace_runtime::Conventions;
use agent_trace_runtime::opentelemetry::logs::{AnyValue, Severity};
use agent_trace_runtime::opentelemetry_sdk::trace::Sampler;
use agent_trace_runtime::testing::Recorder;
use futures::FutureExt;

use crate::support::{answer, ask, look_up, recorder, run, stream};

#[test]
fn an_error_of_a_service_is_told_once_where_it_happened() {
    let recorder = recorder(Conventions::Released);
    run(answer());
    let events = recorder.events();
    assert_eq!(events.len(), 1);
    let event = &events[0];
    assert_eq!(event.name(), "gen_ai.client.operation.exception");
    assert_eq!(event.severity(), Some(Severity::Warn));
    assert_eq!(event.attribute("exception.type"), Some(&AnyValue::from("refused")));
    let failed = recorder.spans_named("chat gpt-4o");
    let failed = failed.iter().find(|span| span.error_type().is_some()).unwrap();
    assert_eq!(event.span_id(), Some(failed.span_id()));
    assert_eq!(event.trace_id(), Some(failed.trace_id()));
}

#[test]
fn an_error_is_told_of_calls_that_are_not_sampled() {
    let recorder = Recorder::builder().sampler(Sampler::AlwaysOff).install();
    assert!(run(ask(true)).is_err());
    assert_eq!(recorder.events().len(), 1);
}

#[test]
fn an_inference_is_repeated_where_that_is_asked_for() {
    for sampler in [Sampler::AlwaysOn, Sampler::AlwaysOff] {
        let recorder = Recorder::builder()
            .conventions(Conventions::Latest)
            .sampler(sampler)
            .inference_details(true)
            .install();
        assert!(run(ask(false)).is_ok());
        let events = recorder.events();
        let [event] = &events[..] else { panic!("{events:?}") };
        assert_eq!(event.name(), "gen_ai.client.inference.operation.details");
        assert_eq!(event.severity(), Some(Severity::Debug));
        assert_eq!(
            event.attribute_keys(),
            [
                "gen_ai.conversation.id",
                "gen_ai.operation.name",
                "gen_ai.provider.name",
                "gen_ai.request.model",
                "gen_ai.response.id",
                "gen_ai.response.model",
                "gen_ai.usage.cache_read.input_tokens",
                "gen_ai.usage.cache_write.input_tokens",
                "gen_ai.usage.image.input_tokens",
                "gen_ai.usage.input_tokens",
                "gen_ai.usage.output_tokens",
                "gen_ai.usage.reasoning.output_tokens",
                "gen_ai.usage.text.input_tokens",
                "server.address",
                "server.port",
            ],
        );
    }
}

#[test]
fn what_is_cut_short_or_runs_here_is_no_error_of_a_service() {
    let recorder = recorder(Conventions::Released);
    assert!(run(look_up(true)).is_err());
    let mut pending = Box::pin(pending());
    assert!((&mut pending).now_or_never().is_none());
    drop(pending);
    drop(stream(2));
    assert!(recorder.events().is_empty());
}

#[agent_trace_runtime::llm_call(model = "gpt-4o", usage = none)]
async fn pending() {
    std::future::pending().await
}

#[agent_trace_runtime::agent(name = "far", remote, provider = "openai")]
async fn delegate() -> Result<(), String> {
    let answer = retry().await;
    answer.map(|_| ()).map_err(|error| format!("no answer: {error}"))
}

#[agent_trace_runtime::memory(search)]
async fn retry() -> Result<(), crate::support::Refused> {
    let _ = ask(true).await;
    ask(true).await.map(|_| ())
}

#[test]
fn a_failure_that_is_handed_on_is_told_once_for_each_time_it_happened() {
    let recorder = recorder(Conventions::Released);
    assert!(run(delegate()).is_err());
    let asked: Vec<_> = recorder.spans_named("chat gpt-4o");
    let asked: Vec<_> = asked.iter().map(|span| Some(span.span_id())).collect();
    let told: Vec<_> = recorder.events().iter().map(|event| event.span_id()).collect();
    assert_eq!(told, asked, "the two calls that failed, and not those around them");
}

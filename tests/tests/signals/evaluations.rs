//! Evaluations: of the running call, of a span that is over, of a response by its id.

use agent_trace_runtime::opentelemetry::logs::AnyValue;
use agent_trace_runtime::opentelemetry::trace::SpanContext;
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{Evaluation, agent, current};

#[agent(name = "support")]
fn answer() -> SpanContext {
    let evaluation = Evaluation::new("relevance").score(0.75).label("relevant");
    current().record_evaluation(evaluation.explanation("it names the order"));
    current().span_context()
}

#[test]
fn an_evaluation_belongs_to_the_span_that_it_is_about() {
    let recorder = Recorder::install();
    let span = answer();
    Evaluation::new("tone").label("pass").record_of_span(&span);
    Evaluation::new("tone").failed("timeout").record_of_response("r-1");

    let events = recorder.events();
    assert!(events.iter().all(|event| event.name() == "gen_ai.evaluation.result"));
    let [running, ended, by_id] = &events[..] else { panic!("{events:?}") };
    for event in [running, ended] {
        assert_eq!(event.span_id(), Some(recorder.span("invoke_agent support").span_id()));
    }
    let value = |key| running.attribute(key).cloned();
    assert_eq!(value("gen_ai.evaluation.name"), Some(AnyValue::from("relevance")));
    assert_eq!(value("gen_ai.evaluation.score.value"), Some(AnyValue::from(0.75)));
    assert_eq!(value("gen_ai.evaluation.score.label"), Some(AnyValue::from("relevant")));
    assert_eq!(value("gen_ai.evaluation.explanation"), Some(AnyValue::from("it names the order")));
    assert_eq!(
        by_id.attribute_keys(),
        ["error.type", "gen_ai.evaluation.name", "gen_ai.response.id"],
    );
    assert_eq!(by_id.span_id(), None);
}

#[test]
fn a_score_that_is_no_number_is_left_out() {
    let recorder = Recorder::install();
    for score in [f64::NAN, f64::INFINITY] {
        Evaluation::new("tone").score(score).label("fail").record_of_response("r-1");
    }
    let events = recorder.events();
    assert_eq!(events.len(), 2);
    for event in &events {
        assert_eq!(event.attribute("gen_ai.evaluation.score.value"), None);
        assert_eq!(event.attribute("gen_ai.evaluation.score.label"), Some(&AnyValue::from("fail")));
    }
}

//! That labels which users choose cost a bounded number of series.

use agent_trace_runtime::opentelemetry::Value;
use agent_trace_runtime::{Conventions, calls_beyond_metric_limit};

use crate::support::{ask, ask_any, look_up, recorder, run};

#[test]
fn a_model_that_users_name_costs_a_bounded_number_of_series() {
    let recorder = recorder(Conventions::Latest);
    let before = calls_beyond_metric_limit();
    for model in 0..700 {
        let _ = run(ask_any(&format!("model-{model}"), "custom"));
    }
    let durations = recorder.metric("gen_ai.client.inference.duration");
    assert_eq!(durations.series().len(), 501);
    let beyond = durations.series().iter().find(|series| series.attributes().len() == 1);
    assert_eq!(beyond.map(|series| series.count()), Some(200));
    assert_eq!(calls_beyond_metric_limit() - before, 200);
    // Of another site as well, each call.
    for _ in 0..3 {
        let _ = run(ask(false));
    }
    assert_eq!(calls_beyond_metric_limit() - before, 203);

    // Other operations keep their labels.
    assert!(run(look_up(false)).is_ok());
    let tools = recorder.metric("gen_ai.execute_tool.duration").lines();
    assert_eq!(tools, "gen_ai.tool.name=lookup gen_ai.tool.type=function: 1 value\n");
}

#[test]
fn kinds_of_errors_are_bounded_and_none_is_lost() {
    let recorder = recorder(Conventions::Released);
    for kind in 0..1_200 {
        assert!(run(fail(format!("kind_{kind}"))).is_err());
    }
    let durations = recorder.metric("gen_ai.execute_tool.duration");
    assert_eq!(durations.series().len(), 1_001);
    let count = |kind: &'static str| {
        let is_kind = |value: Option<&Value>| value.is_some_and(|value| *value == kind.into());
        let mut series = durations.series().iter();
        series.find(|series| is_kind(series.attribute("error.type"))).map(|series| series.count())
    };
    assert_eq!(count("kind_7"), Some(1));
    assert_eq!(count("_OTHER"), Some(200));
}

#[agent_trace_runtime::tool(error_type = |error| error.as_str())]
async fn fail(kind: String) -> Result<(), String> {
    Err(kind)
}

#[test]
fn a_label_is_no_longer_than_a_name() {
    let recorder = recorder(Conventions::Latest);
    let _ = run(ask_any(&"é".repeat(100_000), "custom"));
    let durations = recorder.metric("gen_ai.client.inference.duration");
    let model = durations.series()[0].attribute("gen_ai.request.model").map(ToString::to_string);
    assert_eq!(model, Some("é".repeat(128)));
}

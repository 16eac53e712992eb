//! That labels which users choose cost a bounded number of series.

use agent_trace_runtime::{Conventions, calls_beyond_metric_limit};

use crate::support::{ask_any, recorder, run};

#[test]
fn a_model_that_users_name_costs_a_bounded_number_of_series() {
    let recorder = recorder(Conventions::Latest);
    let before = calls_beyond_metric_limit();
    for model in 0..1_200 {
        let _ = run(ask_any(&format!("model-{model}"), "custom"));
    }
    let durations = recorder.metric("gen_ai.client.inference.duration");
    assert_eq!(durations.series().len(), 1_001);
    let beyond = durations.series().iter().find(|series| series.attributes().len() == 1);
    assert_eq!(beyond.map(|series| series.count()), Some(200));
    assert_eq!(calls_beyond_metric_limit() - before, 200);
}

//! The agent that calls are of, where telemetry of several kinds stands around them.

use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{Conventions, agent, tool};

#[tool]
fn look_up() {}

/// What a recorder of its own is told of a tool here.
fn told_agent() -> Option<String> {
    let recorder = Recorder::builder().conventions(Conventions::Latest).install();
    look_up();
    recorder.span("execute_tool look_up").attribute("gen_ai.agent.name").map(ToString::to_string)
}

#[agent(name = "inner")]
fn inner() -> Option<String> {
    told_agent()
}

#[agent(name = "outer")]
fn outer() -> Option<String> {
    // This one has no use for the names of agents.
    let _recorder = Recorder::builder().metrics(false).install();
    inner()
}

#[test]
fn the_nearest_agent_is_named_also_below_telemetry_that_names_none() {
    let _recorder = Recorder::install();
    assert_eq!(outer().as_deref(), Some("inner"));
}

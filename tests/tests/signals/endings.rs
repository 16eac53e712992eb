//! The duration of each macro's calls, by each ending, under each version of the conventions.

use std::panic::AssertUnwindSafe;

use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{
    Conventions, Usage, agent, embedding, llm_call, memory, retrieval, tool, workflow,
};
use futures::FutureExt;

use crate::support::{recorder, run};

#[derive(Clone, Copy, PartialEq)]
enum Ending {
    Returns,
    Fails,
    Waits,
    Panics,
}

/// A function below each attribute, and its calls by each ending.
macro_rules! endings {
    ($($(#[$attribute:meta])* $name:ident;)*) => {
        $(
            $(#[$attribute])*
            async fn $name(ending: Ending) -> Result<Usage, std::fmt::Error> {
                match ending {
                    Ending::Returns => Ok(Usage::default().with_input(7)),
                    Ending::Fails => Err(std::fmt::Error),
                    Ending::Waits => std::future::pending().await,
                    Ending::Panics => panic!("on purpose"),
                }
            }
        )*

        fn call_all() {
            $(
                assert!(run($name(Ending::Returns)).is_ok());
                assert!(run($name(Ending::Fails)).is_err());
                assert!(Box::pin($name(Ending::Waits)).now_or_never().is_none());
                assert!(run(AssertUnwindSafe($name(Ending::Panics)).catch_unwind()).is_err());
            )*
        }
    };
}
endings! {
    #[llm_call(model = "gpt-4o")]
    ask;
    #[embedding(model = "text-embedding-3-small")]
    embed;
    #[retrieval(data_source = "handbook")]
    retrieve;
    #[memory(search, store = "notes")]
    recall;
    #[agent(name = "far", remote, provider = "openai")]
    delegate;
    #[agent(name = "near")]
    answer;
    #[workflow(name = "returns")]
    work;
    #[tool(name = "lookup")]
    look_up;
}

/// The series of one metric whose labels have this one, by the kind of their errors.
fn kinds(recorder: &Recorder, metric: &str, label: &str) -> Vec<String> {
    let lines = recorder.metric(metric).lines();
    let mut kinds: Vec<String> = lines
        .lines()
        .filter(|line| line.contains(label))
        .map(|line| {
            assert!(line.ends_with(": 1 value"), "{line}");
            let kind = line.split("error.type=").nth(1);
            kind.map_or("none", |kind| kind.split([' ', ':']).next().unwrap_or(kind)).to_owned()
        })
        .collect();
    kinds.sort();
    kinds
}

#[test]
fn each_ending_of_each_macro_is_one_value_of_its_duration() {
    for conventions in [Conventions::Released, Conventions::Latest, Conventions::Both] {
        let recorder = recorder(conventions);
        call_all();
        let operation = "gen_ai.client.operation.duration";
        let inference = "gen_ai.client.inference.duration";
        let mut expected = vec![
            (operation, "gen_ai.operation.name=embeddings"),
            (operation, "gen_ai.operation.name=retrieval"),
            (operation, "gen_ai.operation.name=search_memory"),
            (operation, "gen_ai.operation.name=invoke_agent"),
            ("gen_ai.invoke_agent.duration", "gen_ai.agent.name=near"),
            ("gen_ai.invoke_workflow.duration", "gen_ai.workflow.name=returns"),
            ("gen_ai.execute_tool.duration", "gen_ai.tool.name=lookup"),
        ];
        if conventions != Conventions::Latest {
            expected.push((operation, "gen_ai.operation.name=chat"));
        }
        if conventions != Conventions::Released {
            expected.push((inference, "gen_ai.operation.name=chat"));
        }
        for (metric, label) in expected {
            // The path of the error's type has colons of its own.
            let kinds = kinds(&recorder, metric, label);
            assert_eq!(kinds, ["cancelled", "core", "none", "panic"], "{metric} {label}");
        }
    }
}

//! What the context says of all calls below: the conversation, the user, the tenant.

use agent_trace_runtime::opentelemetry::Value;
use agent_trace_runtime::opentelemetry_sdk::trace::Sampler;
use agent_trace_runtime::testing::{RecordedSpan, Recorder};
use agent_trace_runtime::{
    ContextAttributes, Conventions, Usage, agent, attribute, current, embedding, llm_call, memory,
    plan, retrieval, spawn, spawn_blocking, spawn_thread, step, tool, with_conversation, workflow,
};
use futures::stream::{Stream, StreamExt};

use crate::support::{compute, fetch};

const CONVERSATION: &str = "gen_ai.conversation.id";

fn conversation(span: &RecordedSpan) -> Option<String> {
    span.attribute(CONVERSATION).map(Value::to_string)
}

/// The attribute of each span that has it, as often as it stands there.
fn all(recorder: &Recorder, key: &str) -> Vec<(String, String)> {
    let spans = recorder.spans();
    let of = |span: &RecordedSpan| {
        let attributes = span.data().attributes.clone();
        let found = attributes.into_iter().filter(|known| known.key.as_str() == key);
        let name = span.name().to_owned();
        found.map(|known| (name.clone(), known.value.to_string())).collect::<Vec<_>>()
    };
    spans.iter().flat_map(of).collect()
}

mod operations {
    use super::*;

    #[agent(remote, provider = "openai")]
    fn remote() {}

    #[llm_call(model = "gpt-4o", usage = none)]
    fn infer() {}

    #[embedding(model = "text-embedding-3-small", usage = none)]
    fn embed() {}

    #[retrieval]
    fn retrieve() {}

    #[memory(search)]
    fn remember() {}

    #[plan]
    fn plan_it() {}

    #[step("app.step")]
    fn take_step() {}

    #[workflow]
    fn work() {
        run();
    }

    #[agent]
    fn run() {
        remote();
        infer();
        embed();
        retrieve();
        remember();
        plan_it();
        take_step();
        compute();
    }

    fn attributes() -> ContextAttributes {
        ContextAttributes::new()
            .conversation("conv-42")
            .with(attribute!("user.id" = "u-7"))
            .with(attribute!("session.id" = "s-3"))
            .with(attribute!("app.tenant" = String::from("acme")))
    }

    #[test]
    fn a_conversation_is_on_what_the_conventions_know_by_it() {
        let recorder = Recorder::install();
        attributes().enter(work);
        let with_it = [
            "invoke_agent remote",
            "chat gpt-4o",
            "execute_tool compute",
            "invoke_agent run",
            "invoke_workflow work",
        ];
        let found = all(&recorder, CONVERSATION);
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, with_it);
        assert!(found.iter().all(|(_, id)| id == "conv-42"));
    }

    #[test]
    fn other_attributes_are_on_all_calls() {
        let recorder = Recorder::install();
        attributes().enter(work);
        assert_eq!(recorder.spans().len(), 10);
        for (key, value) in [("user.id", "u-7"), ("session.id", "s-3"), ("app.tenant", "acme")] {
            let found = all(&recorder, key);
            assert_eq!(found.len(), 10, "{key}");
            assert!(found.iter().all(|(_, found)| found == value), "{key}");
        }
    }

    #[test]
    fn a_conversation_that_is_given_as_an_attribute_is_one() {
        let recorder = Recorder::install();
        let attributes = ContextAttributes::new().with(attribute!("gen_ai.conversation.id" = "c"));
        attributes.enter(work);
        assert_eq!(all(&recorder, CONVERSATION).len(), 5);
    }

    #[test]
    fn nothing_is_set_beyond_the_scope() {
        let recorder = Recorder::install();
        attributes().enter(compute);
        compute();
        let keys = |span: &RecordedSpan| span.attribute_keys().len();
        let [within, beyond] = &recorder.spans()[..] else { panic!("two calls") };
        assert_eq!(keys(within), keys(beyond) + 4);
    }
}

mod precedence {
    use super::*;

    #[tool(conversation_id = "of the site", attributes("app.tenant" = tenant))]
    fn has_its_own(tenant: &str) {
        current().set(attribute!("app.set" = "by the body"));
        let _ = tenant;
    }

    #[test]
    fn what_the_function_says_goes_before() {
        let recorder = Recorder::install();
        ContextAttributes::new()
            .conversation("of the context")
            .with(attribute!("app.tenant" = "of the context"))
            .with(attribute!("app.set" = "by the context"))
            .with(attribute!("app.other" = "of the context"))
            .enter(|| has_its_own("of the argument"));
        for (key, value) in [
            (CONVERSATION, "of the site"),
            ("app.tenant", "of the argument"),
            ("app.set", "by the body"),
            ("app.other", "of the context"),
        ] {
            let expected = ("execute_tool has_its_own".to_owned(), value.to_owned());
            assert_eq!(all(&recorder, key), [expected], "{key}");
        }
    }

    #[test]
    fn inner_scopes_go_before_outer_ones_key_by_key() {
        let recorder = Recorder::install();
        let outer = ContextAttributes::new()
            .conversation("outer")
            .with(attribute!("app.tenant" = "outer"))
            .with(attribute!("app.region" = "outer"));
        let inner = ContextAttributes::new()
            .with(attribute!("app.tenant" = "inner"))
            .with(attribute!("app.plan" = "first"))
            .with(attribute!("app.plan" = "last"));
        outer.enter(|| {
            inner.enter(compute);
            compute();
        });
        let of = |span: &RecordedSpan| {
            ["app.tenant", "app.region", "app.plan", CONVERSATION]
                .map(|key| span.attribute(key).map(Value::to_string).unwrap_or_default())
        };
        let [within, beyond] = &recorder.spans()[..] else { panic!("two calls") };
        assert_eq!(of(within), ["inner", "outer", "last", "outer"]);
        assert_eq!(of(beyond), ["outer", "outer", "", "outer"]);
    }

    #[test]
    fn no_conversation_is_made_up() {
        let recorder = Recorder::install();
        let none: Option<String> = None;
        ContextAttributes::new().conversation(none.as_deref()).enter(compute);
        ContextAttributes::new().conversation("around").enter(|| {
            ContextAttributes::new().conversation(none).enter(compute);
        });
        let [without, around] = &recorder.spans()[..] else { panic!("two calls") };
        assert_eq!(conversation(without), None);
        assert_eq!(conversation(around).as_deref(), Some("around"));
    }
}

mod ways {
    use super::*;

    #[llm_call(model = "gpt-4o", usage = none)]
    fn speak() -> impl Stream<Item = u8> {
        futures::stream::iter([1, 2, 3])
    }

    #[agent]
    async fn everywhere() -> u64 {
        let task = spawn(fetch());
        let blocking = spawn_blocking(compute);
        let thread = spawn_thread(compute);
        let words = speak();
        task.await.unwrap_or_default();
        blocking.await.unwrap_or_default();
        thread.join().unwrap_or_default();
        words.count().await as u64
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn tasks_threads_and_streams_are_of_the_conversation() {
        let recorder = Recorder::install();
        assert_eq!(with_conversation("conv-42", everywhere()).await, 3);
        let spans = recorder.spans();
        assert_eq!(spans.len(), 5);
        for span in spans {
            assert_eq!(conversation(&span).as_deref(), Some("conv-42"), "{}", span.name());
        }
    }

    #[llm_call(model = "gpt-4o", usage = none)]
    fn speaks_later() -> impl Stream<Item = u8> {
        futures::stream::iter([1, 2, 3])
    }

    #[tokio::test]
    async fn a_stream_keeps_the_conversation_in_which_it_began() {
        let recorder = Recorder::install();
        let words = with_conversation("first", async { speaks_later() }).await;
        with_conversation("second", words.count()).await;
        assert_eq!(conversation(&recorder.span("chat gpt-4o")).as_deref(), Some("first"));
    }

    #[tokio::test]
    async fn conversations_that_interleave_never_mix() {
        let recorder = Recorder::install();
        let ids: Vec<String> = (0..20).map(|id| format!("conv-{id}")).collect();
        futures::future::join_all(ids.iter().map(|id| with_conversation(id, fetch()))).await;
        let mut found = all(&recorder, CONVERSATION);
        found.sort_by_key(|(_, id)| id.len() * 1000 + id[5..].parse::<usize>().expect("a number"));
        let found: Vec<_> = found.into_iter().map(|(_, id)| id).collect();
        assert_eq!(found, ids);
    }

    #[agent]
    async fn holds() -> u8 {
        let within = with_conversation("inner", async {
            current().set(attribute!("app.said" = "within"));
            fetch().await
        });
        within.await + fetch().await
    }

    #[tokio::test]
    async fn the_running_call_and_its_span_stay() {
        let recorder = Recorder::install();
        assert_eq!(with_conversation("outer", holds()).await, 2);
        crate::support::assert_tree(
            &recorder,
            "
invoke_agent holds
├─ execute_tool fetch
└─ execute_tool fetch
",
        );
        let agent = recorder.span("invoke_agent holds");
        assert_eq!(agent.attribute("app.said"), Some(&"within".into()));
        let ids = recorder.spans();
        let ids: Vec<_> = ids.iter().map(|span| conversation(span).unwrap_or_default()).collect();
        assert_eq!(ids, ["inner", "outer", "outer"]);
    }

    #[tokio::test]
    async fn a_call_that_is_dropped_is_of_the_conversation() {
        let recorder = Recorder::install();
        let mut call = Box::pin(with_conversation("conv-42", fetch()));
        assert!(futures::poll!(call.as_mut()).is_pending());
        drop(call);
        let fetch = recorder.span("execute_tool fetch");
        assert_eq!(fetch.error_type(), Some("cancelled"));
        assert_eq!(conversation(&fetch).as_deref(), Some("conv-42"));
    }
}

mod signals {
    use super::*;

    #[llm_call(model = "gpt-4o")]
    fn infer() -> Usage {
        Usage::new(3, 2)
    }

    fn attributes() -> ContextAttributes {
        ContextAttributes::new()
            .conversation("conv-42")
            .with(attribute!("app.tenant" = "acme"))
            .with(attribute!("gen_ai.agent.name" = "not a label"))
            .with(attribute!("server.address" = "not.a.label"))
    }

    fn call() {
        infer();
        compute();
    }

    #[test]
    fn metrics_have_no_label_of_it() {
        let labels = |run: fn()| {
            let recorder = Recorder::builder().conventions(Conventions::Both).install();
            run();
            let series = recorder.metrics();
            let series = series.iter().flat_map(|metric| metric.series());
            let mut labels: Vec<String> =
                series.map(|series| format!("{:?}", series.attributes())).collect();
            labels.sort();
            labels
        };
        let without = labels(call);
        assert!(!without.is_empty());
        assert_eq!(labels(|| attributes().enter(call)), without);
    }

    #[test]
    fn the_event_of_an_inference_has_it() {
        for sampler in [Sampler::AlwaysOn, Sampler::AlwaysOff] {
            let recorder = Recorder::builder().sampler(sampler).inference_details(true).install();
            attributes().enter(call);
            let events = recorder.events();
            let [details] = &events[..] else { panic!("{events:?}") };
            for key in [CONVERSATION, "app.tenant"] {
                assert!(details.attribute(key).is_some(), "{key} of {details:?}");
            }
        }
    }

    #[test]
    fn calls_that_are_not_sampled_go_without() {
        let recorder = Recorder::builder().sampler(Sampler::AlwaysOff).install();
        attributes().enter(call);
        assert_eq!(recorder.spans().len(), 0);
    }

    #[test]
    fn a_session_stands_once_beside_openinference() {
        let recorder = Recorder::builder().openinference(true).install();
        attributes().with(attribute!("session.id" = "s-3")).enter(compute);
        let expected = ("execute_tool compute".to_owned(), "s-3".to_owned());
        assert_eq!(all(&recorder, "session.id"), [expected]);
        attributes().enter(compute);
        assert_eq!(all(&recorder, "session.id")[1].1, "conv-42");
    }
}

//! Each macro: the span's name, its kind, and exactly its attributes.

use std::borrow::Cow;

use agent_trace_runtime::opentelemetry::Value;
use agent_trace_runtime::opentelemetry::trace::{SpanKind, Status};
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{
    AttributeText, agent, embedding, llm_call, memory, plan, retrieval, step, tool, workflow,
};

use crate::support::assert_attributes;

const NAME: &str = "gen_ai.operation.name";
const PROVIDER: &str = "gen_ai.provider.name";
const MODEL: &str = "gen_ai.request.model";
const AGENT: &str = "gen_ai.agent.name";
const SOURCE: &str = "gen_ai.data_source.id";
const STORE: &str = "gen_ai.memory.store.id";

/// Calls `call`; compares the one span that it leaves.
#[track_caller]
fn expect(call: impl FnOnce(), name: &str, kind: SpanKind, attributes: &[(&str, &str)]) {
    let recorder = Recorder::install();
    call();
    let span = recorder.span(name);
    assert_eq!(recorder.spans().len(), 1);
    assert_eq!(*span.kind(), kind);
    assert_eq!(span.data().status, Status::Unset);
    let attributes: Vec<(&str, Value)> =
        attributes.iter().map(|&(key, value)| (key, Value::from(value.to_owned()))).collect();
    assert_attributes(&span, &attributes);
}

/// A function below each attribute, to be called by `expect`.
macro_rules! calls {
    ($($(#[$attribute:meta])* $name:ident ($($argument:ident: $type:ty = $value:expr),*)
        => $span:literal, $kind:ident, [$($key:ident = $text:literal),*];)*) => {$({
        $(#[$attribute])*
        fn $name($($argument: $type),*) {
            $(let _ = $argument;)*
        }
        expect(|| $name($($value),*), $span, SpanKind::$kind, &[$(($key, $text)),*]);
    })*};
}

enum Model {
    Fast,
    Unknown,
}

impl AttributeText for Model {
    fn to_text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Fast => Some("gpt-4o-mini".into()),
            Self::Unknown => None,
        }
    }
}

#[test]
fn agents() {
    calls! {
        #[agent]
        support() => "invoke_agent support", Internal, [NAME = "invoke_agent", AGENT = "support"];
        #[agent(name = "Support Desk")]
        named() => "invoke_agent Support Desk", Internal,
            [NAME = "invoke_agent", AGENT = "Support Desk"];
        #[agent(name = name)]
        named_at_run_time(name: &str = "desk") => "invoke_agent desk", Internal,
            [NAME = "invoke_agent", AGENT = "desk"];
        #[agent(span_name = "team.run")]
        renamed() => "team.run", Internal, [NAME = "invoke_agent", AGENT = "renamed"];
        #[agent(name = name, span_name = "team.run")]
        renamed_at_run_time(name: String = "desk".to_owned()) => "team.run", Internal,
            [NAME = "invoke_agent", AGENT = "desk"];
        #[agent(model = "gpt-4o")]
        fixed_model() => "invoke_agent fixed_model", Internal,
            [NAME = "invoke_agent", AGENT = "fixed_model", MODEL = "gpt-4o"];
        #[agent(remote, provider = custom("acme"))]
        remote() => "invoke_agent remote", Client,
            [NAME = "invoke_agent", AGENT = "remote", PROVIDER = "acme"];
        #[agent(remote, name = "helper", provider = "openai", model = model)]
        remote_with_all(model: &str = "gpt-4o") => "invoke_agent helper", Client,
            [NAME = "invoke_agent", AGENT = "helper", PROVIDER = "openai", MODEL = "gpt-4o"];
    }
}

#[test]
fn workflows_tools_plans_and_steps() {
    const WORKFLOW: &str = "gen_ai.workflow.name";
    const TOOL: &str = "gen_ai.tool.name";
    calls! {
        #[workflow]
        digest() => "invoke_workflow digest", Internal,
            [NAME = "invoke_workflow", WORKFLOW = "digest"];
        #[workflow(name = "nightly digest")]
        named() => "invoke_workflow nightly digest", Internal,
            [NAME = "invoke_workflow", WORKFLOW = "nightly digest"];
        #[tool]
        lookup() => "execute_tool lookup", Internal, [NAME = "execute_tool", TOOL = "lookup"];
        #[tool(name = "look-up")]
        named_tool() => "execute_tool look-up", Internal, [NAME = "execute_tool", TOOL = "look-up"];
        #[tool(name = name, span_name = "team.tool")]
        dynamic_tool(name: Option<&str> = Some("x")) => "team.tool", Internal,
            [NAME = "execute_tool", TOOL = "x"];
        #[plan]
        planned() => "plan", Internal, [NAME = "plan"];
        #[plan(name = "support")]
        planned_for() => "plan support", Internal, [NAME = "plan", AGENT = "support"];
        #[plan(name = name)]
        planned_for_some(name: Option<String> = None) => "plan", Internal, [NAME = "plan"];
        #[step("app.assemble")]
        assemble() => "app.assemble", Internal, [];
        #[step("app.assemble", span_name = "app.other")]
        renamed_step() => "app.other", Internal, [];
    }
}

#[test]
fn model_calls() {
    calls! {
        #[llm_call(model = "gpt-4o", usage = none)]
        chat() => "chat gpt-4o", Client, [NAME = "chat", PROVIDER = "openai", MODEL = "gpt-4o"];
        #[llm_call(model = "claude-sonnet-4-5", provider = "aws.bedrock", usage = none)]
        given_provider() => "chat claude-sonnet-4-5", Client,
            [NAME = "chat", PROVIDER = "aws.bedrock", MODEL = "claude-sonnet-4-5"];
        #[llm_call(model = "gemini-2.0-flash", operation = "generate_content", usage = none)]
        generate() => "generate_content gemini-2.0-flash", Client,
            [NAME = "generate_content", PROVIDER = "gcp.gemini", MODEL = "gemini-2.0-flash"];
        #[llm_call(model = model, provider = provider, operation = "text_completion", usage = none)]
        at_run_time(model: &str = "m", provider: &str = "p") => "text_completion m", Client,
            [NAME = "text_completion", PROVIDER = "p", MODEL = "m"];
        #[llm_call(model = model, provider = "openai", usage = none)]
        own_type(model: Model = Model::Fast) => "chat gpt-4o-mini", Client,
            [NAME = "chat", PROVIDER = "openai", MODEL = "gpt-4o-mini"];
        #[llm_call(model = model, provider = "openai", usage = none)]
        without_model(model: Model = Model::Unknown) => "chat", Client,
            [NAME = "chat", PROVIDER = "openai"];
        #[llm_call(model = model, provider = "openai", span_name = "team.ask", usage = none)]
        renamed(model: Cow<'static, str> = "m".into()) => "team.ask", Client,
            [NAME = "chat", PROVIDER = "openai", MODEL = "m"];
        #[embedding(model = "text-embedding-3-small", usage = none)]
        embed() => "embeddings text-embedding-3-small", Client,
            [NAME = "embeddings", PROVIDER = "openai", MODEL = "text-embedding-3-small"];
        #[embedding(model = format!("{family}-large"), provider = "cohere", usage = none)]
        embed_at_run_time(family: &str = "e") => "embeddings e-large", Client,
            [NAME = "embeddings", PROVIDER = "cohere", MODEL = "e-large"];
    }
}

#[test]
fn retrievals() {
    calls! {
        #[retrieval]
        search() => "retrieval", Client, [NAME = "retrieval"];
        #[retrieval(data_source = "handbook")]
        handbook() => "retrieval handbook", Client, [NAME = "retrieval", SOURCE = "handbook"];
        #[retrieval(data_source = source, provider = "openai", model = "gpt-4o")]
        with_all(source: &str = "wiki") => "retrieval wiki", Client,
            [NAME = "retrieval", SOURCE = "wiki", PROVIDER = "openai", MODEL = "gpt-4o"];
    }
}

#[test]
fn memory_operations() {
    calls! {
        #[memory(search)]
        search() => "search_memory", Client, [NAME = "search_memory"];
        #[memory(create)]
        create() => "create_memory", Client, [NAME = "create_memory"];
        #[memory(update)]
        update() => "update_memory", Client, [NAME = "update_memory"];
        #[memory(upsert)]
        upsert() => "upsert_memory", Client, [NAME = "upsert_memory"];
        #[memory(delete)]
        delete() => "delete_memory", Client, [NAME = "delete_memory"];
        #[memory(create_store)]
        create_store() => "create_memory_store", Client, [NAME = "create_memory_store"];
        #[memory(delete_store)]
        delete_store() => "delete_memory_store", Client, [NAME = "delete_memory_store"];
        #[memory(search, in_process)]
        in_process() => "search_memory", Internal, [NAME = "search_memory"];
        #[memory(search, store = "notes", provider = "openai")]
        with_store() => "search_memory", Client,
            [NAME = "search_memory", STORE = "notes", PROVIDER = "openai"];
        #[memory(upsert, store = store, in_process, span_name = "team.remember")]
        at_run_time(store: &String = &"notes".to_owned()) => "team.remember", Internal,
            [NAME = "upsert_memory", STORE = "notes"];
    }
}

mod later {
    use super::*;
    use futures::executor::block_on;

    #[agent]
    async fn support() {}

    #[workflow]
    async fn digest() {}

    #[llm_call(model = model, provider = "openai", attributes("app.question" = question), usage = none)]
    async fn ask(model: &str, question: String) -> String {
        question
    }

    #[embedding(model = "text-embedding-3-small", usage = none)]
    async fn embed(_text: &str) -> Vec<f32> {
        vec![0.5]
    }

    #[retrieval(data_source = "handbook")]
    async fn search() {}

    #[memory(delete, store = store)]
    async fn forget(store: &str) {
        std::future::ready(store).await;
    }

    #[tool]
    async fn lookup() {}

    #[plan]
    async fn next() {}

    #[step("app.assemble")]
    async fn assemble() {}

    #[test]
    fn async_functions_leave_the_same_spans() {
        let run = |name, kind, future: &mut dyn FnMut(), attributes: &[(&str, &str)]| {
            expect(future, name, kind, attributes);
        };
        let internal = SpanKind::Internal;
        let client = SpanKind::Client;
        run(
            "invoke_agent support",
            internal.clone(),
            &mut || block_on(support()),
            &[(NAME, "invoke_agent"), (AGENT, "support")],
        );
        run(
            "invoke_workflow digest",
            internal.clone(),
            &mut || block_on(digest()),
            &[(NAME, "invoke_workflow"), ("gen_ai.workflow.name", "digest")],
        );
        run(
            "chat m",
            client.clone(),
            &mut || drop(block_on(ask("m", "why".to_owned()))),
            &[(NAME, "chat"), (PROVIDER, "openai"), (MODEL, "m"), ("app.question", "why")],
        );
        run(
            "embeddings text-embedding-3-small",
            client.clone(),
            &mut || drop(block_on(embed(""))),
            &[(NAME, "embeddings"), (PROVIDER, "openai"), (MODEL, "text-embedding-3-small")],
        );
        run(
            "retrieval handbook",
            client.clone(),
            &mut || block_on(search()),
            &[(NAME, "retrieval"), (SOURCE, "handbook")],
        );
        run(
            "delete_memory",
            client,
            &mut || block_on(forget("notes")),
            &[(NAME, "delete_memory"), (STORE, "notes")],
        );
        run(
            "execute_tool lookup",
            internal.clone(),
            &mut || block_on(lookup()),
            &[(NAME, "execute_tool"), ("gen_ai.tool.name", "lookup")],
        );
        run("plan", internal.clone(), &mut || block_on(next()), &[(NAME, "plan")]);
        run("app.assemble", internal, &mut || block_on(assemble()), &[]);
    }
}

mod responses {
    use std::borrow::Cow;

    use super::*;
    use agent_trace_runtime::opentelemetry::{Array, StringValue};
    use agent_trace_runtime::{InferenceResponse, Usage};
    use futures::FutureExt;
    use futures::executor::block_on;
    use futures::future::BoxFuture;

    struct Reply;

    impl InferenceResponse for Reply {
        fn usage(&self) -> Option<Usage> {
            Some(Usage::new(12, 5).cached_input(4).cache_write_input(3).reasoning_output(2))
        }

        fn response_model(&self) -> Option<&str> {
            Some("gpt-4o-2024-08-06")
        }

        fn response_id(&self) -> Option<&str> {
            Some("r-1")
        }

        fn finish_reasons(&self) -> Vec<Cow<'_, str>> {
            vec!["stop".into(), "length".into()]
        }
    }

    #[llm_call(model = "gpt-4o")]
    async fn bare() -> Reply {
        Reply
    }

    #[llm_call(model = "gpt-4o")]
    fn in_result() -> Result<Reply, String> {
        Ok(Reply)
    }

    #[llm_call(model = "gpt-4o")]
    fn in_future() -> impl Future<Output = Reply> {
        async move { Reply }
    }

    #[embedding(model = "gpt-4o", span_name = "team.embed")]
    fn in_box() -> BoxFuture<'static, Result<Reply, String>> {
        let reply: Result<Reply, String> = Ok(Reply);
        async move { reply }.boxed()
    }

    #[test]
    fn what_a_response_tells_is_recorded_whatever_the_shape() {
        let recorder = Recorder::install();
        block_on(async {
            bare().await;
            assert!(in_result().is_ok());
            in_future().await;
            assert!(in_box().await.is_ok());
        });
        assert_eq!(recorder.spans().len(), 4);
        for span in recorder.spans() {
            let embeds = span.name() == "team.embed";
            let reasons = ["stop", "length"].map(StringValue::from).to_vec();
            assert_attributes(
                &span,
                &[
                    (NAME, if embeds { "embeddings" } else { "chat" }.into()),
                    (PROVIDER, "openai".into()),
                    (MODEL, "gpt-4o".into()),
                    ("gen_ai.response.model", "gpt-4o-2024-08-06".into()),
                    ("gen_ai.response.id", "r-1".into()),
                    ("gen_ai.response.finish_reasons", Value::Array(Array::String(reasons))),
                    ("gen_ai.usage.input_tokens", 12.into()),
                    ("gen_ai.usage.output_tokens", 5.into()),
                    ("gen_ai.usage.cache_read.input_tokens", 4.into()),
                    ("gen_ai.usage.cache_creation.input_tokens", 3.into()),
                    ("gen_ai.usage.reasoning.output_tokens", 2.into()),
                ],
            );
        }
    }
}

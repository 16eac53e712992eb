//! The macros in a crate without any prelude: nothing is in scope but what stands in this file.
#![no_implicit_prelude]

use ::agent_trace_runtime::testing::Recorder;
use ::agent_trace_runtime::{
    InferenceResponse, Usage, agent, attribute, current, embedding, llm_call, memory, plan,
    retrieval, step, tool, workflow,
};
use ::core::future::Future;
use ::core::result::Result;
use ::std::string::String;

#[agent]
fn an_agent() -> u8 {
    an_llm_call("gpt-4o")
}

#[agent(remote, name = name, provider = "openai")]
async fn an_agent_later(name: &str) -> usize {
    name.len()
}

#[agent(parent = message)]
fn an_agent_elsewhere(message: ::std::collections::HashMap<String, String>) -> usize {
    message.len()
}

#[agent(parent = message)]
async fn an_agent_elsewhere_later(message: ::std::collections::HashMap<String, String>) {}

#[workflow]
fn a_workflow() {}

#[workflow(name = "digest")]
async fn a_workflow_later() {}

#[llm_call(model = model, provider = "openai", usage = none)]
fn an_llm_call(model: &str) -> u8 {
    current().set(attribute!("app.length" = model.len()));
    1
}

#[llm_call(model = "gpt-4o", attributes("app.question" = question), usage = none)]
async fn an_llm_call_later(question: String) -> Result<String, ::core::fmt::Error> {
    if question.is_empty() {
        return Result::Err(::core::fmt::Error);
    }
    Result::Ok(question)
}

#[embedding(model = "text-embedding-3-small", usage = none)]
fn an_embedding() -> [f32; 1] {
    [0.5]
}

#[embedding(model = "text-embedding-3-small", usage = none)]
async fn an_embedding_later() -> [f32; 1] {
    [0.5]
}

#[retrieval(data_source = "handbook")]
fn a_retrieval() {}

#[retrieval]
async fn a_retrieval_later() {}

#[memory(search, store = store)]
fn a_memory(store: &str) -> usize {
    store.len()
}

#[memory(upsert, in_process)]
async fn a_memory_later() {}

#[tool(attributes("app.flag" = true, "app.number" = 1, "app.share" = 0.5, "app.text" = "x"))]
fn a_tool() {}

#[tool]
async fn a_tool_later() {
    a_tool();
}

#[plan(name = "support")]
fn a_plan() {}

#[plan]
async fn a_plan_later() {}

#[step("app.plain")]
fn a_step() -> impl Future<Output = u8> {
    async move { 1 }
}

#[step("app.later")]
async fn a_step_later() -> Result<(), ::core::fmt::Error> {
    Result::Err(::core::fmt::Error)
}

#[step("app.eager")]
fn an_eager_step() -> ::core::pin::Pin<::std::boxed::Box<dyn Future<Output = u8>>> {
    let value = 2;
    ::std::boxed::Box::pin(async move { value })
}

#[step("app.never")]
fn a_step_without_end(stop: bool) -> ! {
    loop {
        ::core::assert!(!stop, "the end");
    }
}

#[step("app.never_later")]
async fn a_step_without_end_later(stop: bool) -> ! {
    a_step_without_end(stop)
}

#[derive(InferenceResponse)]
#[response(cached = apart)]
struct AReply<T> {
    #[response(model)]
    model: ::core::option::Option<String>,
    #[response(finish_reasons)]
    finish: [T; 1],
    #[response(input_tokens)]
    input: u8,
    #[response(cached_input_tokens)]
    cached: ::core::option::Option<i8>,
}

#[derive(InferenceResponse)]
enum AnyReply<'a> {
    Told(#[response(flatten)] AReply<&'a str>, u8),
    Body(::std::vec::Vec<u8>),
}

#[derive(InferenceResponse)]
struct AWrappedReply<'a>(#[response(flatten)] AnyReply<'a>, #[response(id)] &'a str);

#[::core::prelude::v1::test]
fn a_response_is_derived_without_a_prelude() {
    let reply = AReply {
        model: ::core::option::Option::None,
        finish: ["stop"],
        input: 3,
        cached: ::core::option::Option::Some(4),
    };
    let reply = AWrappedReply(AnyReply::Told(reply, 1), "id");
    let expected = <Usage as ::core::default::Default>::default().with_input(7).cached_input(4);
    ::core::assert!(
        ::core::matches!(reply.usage(), ::core::option::Option::Some(usage) if usage == expected)
    );
    ::core::assert!(reply.response_id().is_some() && reply.response_model().is_none());
    ::core::assert_eq!(reply.finish_reasons().len(), 1);
    ::core::assert!(::core::matches!(reply.0, AnyReply::Told(_, 1)));
    let body = AnyReply::Body(::std::vec::Vec::new());
    ::core::assert!(body.usage().is_none());
}

#[::core::prelude::v1::test]
fn every_macro_traces_without_a_prelude() {
    let recorder = Recorder::install();
    an_agent();
    ::core::assert_eq!(an_agent_elsewhere(::std::collections::HashMap::new()), 0);
    a_workflow();
    an_embedding();
    a_retrieval();
    a_memory("notes");
    a_plan();
    ::futures::executor::block_on(async {
        an_agent_later("helper").await;
        an_agent_elsewhere_later(::std::collections::HashMap::new()).await;
        a_workflow_later().await;
        let answer = an_llm_call_later(String::new()).await;
        ::core::assert!(answer.is_err());
        an_embedding_later().await;
        a_retrieval_later().await;
        a_memory_later().await;
        a_tool_later().await;
        a_plan_later().await;
        a_step().await;
        an_eager_step().await;
        ::core::assert!(a_step_later().await.is_err());
    });
    let endless = ::std::panic::catch_unwind(|| {
        ::futures::executor::block_on(a_step_without_end_later(true));
    });
    ::core::assert!(endless.is_err());
    ::core::assert_eq!(
        recorder.tree(),
        "\
invoke_agent an_agent
└─ chat gpt-4o
invoke_agent an_agent_elsewhere
invoke_workflow a_workflow
embeddings text-embedding-3-small
retrieval handbook
search_memory
plan support
invoke_agent helper
invoke_agent an_agent_elsewhere_later
invoke_workflow digest
chat gpt-4o [error core::fmt::Error]
embeddings text-embedding-3-small
retrieval
upsert_memory
execute_tool a_tool_later
└─ execute_tool a_tool
plan
app.plain
app.eager
app.later [error core::fmt::Error]
app.never_later [error panic]
└─ app.never [error panic]
",
    );
}

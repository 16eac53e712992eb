//! Every macro with `crate = telemetry_kit`, in a crate of the 2021 edition.

use std::future::Future;

use futures::executor::block_on;
use futures::future::BoxFuture;
use telemetry_kit::testing::Recorder;
use telemetry_kit::{
    InferenceResponse, Usage, agent, attribute, current, embedding, llm_call, memory, plan,
    retrieval, step, tool, workflow,
};

#[agent(name = "support", crate = telemetry_kit, attributes("app.question" = question))]
async fn answer(question: &str) -> Result<usize, String> {
    current().set(telemetry_kit::attribute!("app.length" = question.len()));
    current().add_event("app.started", [attribute!("app.first" = true)]);
    plan_ahead();
    ask(question.to_owned()).await
}

#[plan(crate = telemetry_kit, name = "support")]
fn plan_ahead() {}

#[llm_call(model = model(), provider = "openai", crate = telemetry_kit, usage = none)]
async fn ask(question: String) -> Result<usize, String> {
    if question.is_empty() {
        return Err("no question".into());
    }
    Ok(question.len())
}

fn model() -> &'static str {
    "m"
}

#[workflow(crate = ::telemetry_kit)]
fn digest() -> impl Future<Output = u8> {
    async move { 1 }
}

#[embedding(model = "text-embedding-3-small", crate = telemetry_kit, usage = none)]
fn embed(text: &str) -> BoxFuture<'_, usize> {
    let length = text.len();
    Box::pin(async move { length })
}

#[retrieval(crate = telemetry_kit, data_source = "handbook")]
fn search() -> impl Iterator<Item = u8> {
    [1, 2].into_iter()
}

#[memory(search, in_process, crate = telemetry_kit)]
async fn recall() {}

#[step("app.step", crate = self::nested::kit)]
fn stepped() {
    nested::tooled();
}

mod nested {
    pub(crate) use telemetry_kit as kit;

    #[kit::tool(crate = super::nested::kit)]
    pub(super) fn tooled() {}
}

#[step("app.never", crate = telemetry_kit)]
fn never() -> ! {
    std::panic::panic_any(1)
}

#[async_trait::async_trait]
trait Run {
    #[tool(crate = telemetry_kit, attributes("app.value" = value))]
    async fn run(&self, value: u8) -> Result<u8, String> {
        Err(value.to_string())
    }
}

impl Run for () {}

/// A macro of this crate that writes annotated functions for others.
macro_rules! traced {
    ($name:ident, $kit:path) => {
        #[$crate::nested::kit::tool(crate = $crate::nested::kit)]
        fn $name() -> u8 {
            by_path()
        }

        #[tool(crate = $kit)]
        fn by_path() -> u8 {
            7
        }
    };
}

traced!(by_macro, telemetry_kit);

#[derive(InferenceResponse)]
#[response(crate = telemetry_kit)]
struct Reply<T> {
    #[response(model)]
    model: T,
    #[response(finish_reasons)]
    finish: Vec<String>,
    #[response(input_tokens)]
    input: u32,
}

#[derive(InferenceResponse)]
#[response(crate = self::nested::kit)]
enum Either {
    Whole(Reply<&'static str>),
    Counted { usage: Usage },
}

#[test]
fn a_derived_response_finds_the_renamed_crate() {
    let reply = Reply { model: "m", finish: vec!["stop".to_owned()], input: 3 };
    let whole = Either::Whole(reply);
    assert_eq!(whole.response_model(), Some("m"));
    assert_eq!(whole.finish_reasons(), ["stop"]);
    assert_eq!(whole.usage(), Some(Usage::default().with_input(3)));
    assert_eq!(Either::Counted { usage: Usage::new(1, 2) }.usage(), Some(Usage::new(1, 2)));
}

#[test]
fn every_macro_finds_the_renamed_crate() {
    let recorder = Recorder::install();
    block_on(async {
        assert_eq!(answer("why").await, Ok(3));
        assert!(answer("").await.is_err());
        assert_eq!(digest().await, 1);
        assert_eq!(embed("ab").await, 2);
        recall().await;
        assert_eq!(().run(1).await, Err("1".to_owned()));
    });
    assert_eq!(search().count(), 2);
    stepped();
    assert_eq!(by_macro(), 7);
    assert!(std::panic::catch_unwind(|| never()).is_err());
    assert_eq!(
        recorder.tree(),
        "\
invoke_agent support
├─ plan support
└─ chat m
invoke_agent support [error _OTHER]
├─ plan support
└─ chat m [error _OTHER]
invoke_workflow digest
embeddings text-embedding-3-small
search_memory
execute_tool run [error _OTHER]
retrieval handbook
app.step
└─ execute_tool tooled
execute_tool by_macro
└─ execute_tool by_path
app.never [error panic]
",
    );
}

#[test]
fn attributes_are_set_by_the_renamed_crate() {
    let recorder = Recorder::install();
    assert_eq!(block_on(answer("why")), Ok(3));
    let span = recorder.span("invoke_agent support");
    assert_eq!(span.attribute("app.question"), Some(&"why".into()));
    assert_eq!(span.attribute("app.length"), Some(&3.into()));
    assert_eq!(span.data().events.len(), 1);
}

//! Calls of each kind, and what a recorder has seen of them.

use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{
    Conventions, InferenceResponse, Modality, Usage, agent, embedding, llm_call, memory, plan,
    retrieval, step, tool, workflow,
};
use futures::Stream;
use futures::executor::block_on;
use futures::stream::{self, StreamExt};

pub(crate) struct Reply;

impl InferenceResponse for Reply {
    fn usage(&self) -> Option<Usage> {
        let usage = Usage::new(412, 38).cached_input(200).cache_write_input(12);
        Some(
            usage.reasoning_output(30).input_of(Modality::Text, 112).input_of(Modality::Image, 300),
        )
    }

    fn response_model(&self) -> Option<&str> {
        Some("gpt-4o-2024-08-06")
    }

    fn response_id(&self) -> Option<&str> {
        Some("r-1")
    }
}

#[derive(Debug)]
pub(crate) struct Refused;

impl std::fmt::Display for Refused {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("planted-secret")
    }
}

impl agent_trace_runtime::ErrorType for Refused {
    fn error_type(&self) -> std::borrow::Cow<'static, str> {
        "refused".into()
    }
}

#[llm_call(
    model = "gpt-4o",
    server_address = "api.example.com",
    server_port = 8443,
    conversation_id = "c-1"
)]
pub(crate) async fn ask(is_refused: bool) -> Result<Reply, Refused> {
    if is_refused { Err(Refused) } else { Ok(Reply) }
}

#[llm_call(model = model, provider = provider)]
pub(crate) async fn ask_any(model: &str, provider: &str) -> Result<Reply, Refused> {
    Ok(Reply)
}

#[llm_call(model = "gpt-4o")]
pub(crate) fn stream(chunks: usize) -> impl Stream<Item = Result<Option<Reply>, Refused>> {
    stream::iter((1..=chunks).map(move |chunk| Ok((chunk == chunks).then_some(Reply))))
}

#[embedding(model = "text-embedding-3-small")]
pub(crate) async fn embed() -> Result<Usage, Refused> {
    Ok(Usage::default().with_input(7))
}

#[retrieval(data_source = "handbook")]
pub(crate) async fn retrieve() -> Vec<String> {
    vec!["page".to_owned()]
}

#[memory(search, store = "notes")]
pub(crate) async fn recall() -> Vec<String> {
    Vec::new()
}

#[tool(name = "lookup", tool_type = "function")]
pub(crate) async fn look_up(is_refused: bool) -> Result<(), Refused> {
    if is_refused { Err(Refused) } else { Ok(()) }
}

#[plan(name = "support")]
pub(crate) async fn think() {}

#[step("app.format")]
pub(crate) fn format() {}

#[agent(name = "support")]
pub(crate) async fn answer() {
    for is_refused in [false, true] {
        let _ = ask(is_refused).await;
        let _ = look_up(is_refused).await;
    }
    let _ = look_up(false).await;
    think().await;
    format();
    delegate("research").await;
}

#[agent(name = name)]
pub(crate) async fn delegate(name: &str) {
    let _ = ask(false).await;
}

#[agent(name = "remote", remote, provider = "openai")]
pub(crate) async fn call_remote() {}

#[workflow(name = "returns")]
pub(crate) async fn work() {
    answer().await;
}

pub(crate) fn run<F: Future>(future: F) -> F::Output {
    block_on(future)
}

pub(crate) fn drain<T>(stream: impl Stream<Item = T>) {
    block_on(stream.for_each(|_| async {}));
}

pub(crate) fn recorder(conventions: Conventions) -> Recorder {
    Recorder::builder().conventions(conventions).install()
}

/// The series of all metrics, a line each: the metric, then what [`RecordedMetric::lines`] says.
///
/// [`RecordedMetric::lines`]: agent_trace_runtime::testing::RecordedMetric::lines
pub(crate) fn lines(recorder: &Recorder) -> String {
    let metrics = recorder.metrics();
    let lines = metrics.iter().flat_map(|metric| {
        let lines = metric.lines();
        let lines: Vec<String> =
            lines.lines().map(|line| format!("{} {line}\n", metric.name())).collect();
        lines
    });
    lines.collect()
}

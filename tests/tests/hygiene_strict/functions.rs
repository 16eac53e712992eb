//! Every macro and every shape, as a library would have them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::future::ready;
use std::pin::Pin;
use std::str::FromStr;

use agent_trace_runtime::{
    InferenceResponse, Usage, agent, attribute, current, embedding, llm_call, memory, plan,
    retrieval, step, tool, workflow,
};
use async_trait::async_trait;
use futures::future::BoxFuture;

/// An error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault;

impl fmt::Display for Fault {
    #[inline]
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("fault")
    }
}

impl Error for Fault {}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reply {
    /// Its text.
    pub text: String,
}

impl InferenceResponse for Reply {
    #[inline]
    fn usage(&self) -> Option<Usage> {
        Some(Usage::new(2, 1))
    }
}

/// An answer that tells of itself by its fields.
#[derive(Clone, Debug, InferenceResponse)]
#[non_exhaustive]
#[response(cached = apart)]
pub struct DerivedReply<T> {
    /// Its text.
    pub text: String,
    /// The model.
    #[response(model)]
    pub model: Option<T>,
    /// Why it ended.
    #[response(finish_reasons)]
    pub finish: Vec<Option<T>>,
    /// What came in.
    #[response(input_tokens)]
    pub input: u64,
    /// What the cache had.
    #[response(cached_input_tokens)]
    pub cached: i64,
    /// What went out.
    #[response(output_tokens)]
    pub output: Option<u32>,
}

/// Any answer.
#[derive(Clone, Debug, InferenceResponse)]
#[non_exhaustive]
pub enum AnyReply {
    /// One of them.
    Written(Reply),
    /// The other.
    Derived {
        /// It.
        #[response(flatten)]
        reply: DerivedReply<String>,
        /// When.
        at: u64,
    },
}

/// An answer with a name.
#[derive(Clone, Debug, InferenceResponse)]
#[non_exhaustive]
pub struct NamedReply(
    /// It.
    #[response(flatten)]
    pub AnyReply,
    /// Its id.
    #[response(id)]
    pub String,
);

/// An agent.
///
/// # Errors
///
/// Where the question is empty.
#[inline]
#[agent(name = "support", attributes("app.question" = question, "app.static" = 1))]
pub async fn answer(question: &str) -> Result<String, Fault> {
    let call = current();
    let _: &_ = call.set(attribute!("app.length" = question.len()));
    let reply = ask(question.to_owned()).await?;
    let _: usize = search(question).await.len();
    Ok(reply.text)
}

/// A model call.
///
/// # Errors
///
/// Where the question is empty.
#[inline]
#[llm_call(model = "gpt-4o", attributes("app.size" = question.len()))]
pub async fn ask(question: String) -> Result<Reply, Fault> {
    if question.is_empty() {
        return Err(Fault);
    }
    ready(()).await;
    Ok(Reply { text: question })
}

/// A model call whose model is known at run time.
#[inline]
#[must_use]
#[llm_call(model = model, provider = Cow::Borrowed("openai"), operation = "text_completion")]
pub fn complete(model: &str) -> Reply {
    Reply { text: model.to_owned() }
}

/// A retrieval.
#[inline]
#[retrieval(data_source = "handbook")]
pub async fn search(query: &str) -> Vec<&str> {
    ready(query.split(' ').collect()).await
}

/// An embedding.
#[inline]
#[must_use]
#[embedding(model = "text-embedding-3-small", usage = none)]
pub fn embed(text: &str) -> Vec<f32> {
    text.chars().map(|_| 0.5_f32).collect()
}

/// An agent that another service has called.
#[inline]
#[agent(parent = headers)]
pub async fn called(headers: BTreeMap<String, String>, question: String) -> usize {
    ready(question.len()).await
}

/// The same, at once.
#[inline]
#[agent(parent = headers)]
pub fn called_at_once(headers: BTreeMap<String, String>) {}

/// A workflow.
#[inline]
#[workflow]
pub async fn digest() {
    remember("notes", "text").await;
    plan_ahead();
}

/// A memory operation.
#[inline]
#[memory(upsert, store = store, in_process)]
pub async fn remember(store: &str, note: &str) {
    let _: (&str, &str) = ready((store, note)).await;
}

/// A plan.
#[inline]
#[plan(name = "support")]
pub fn plan_ahead() {}

/// A tool that returns nothing.
#[inline]
#[tool]
pub fn touch() {}

/// A tool that returns an option.
#[inline]
#[must_use]
#[tool(name = "first", attributes("app.some" = true))]
pub fn first(values: &[u8]) -> Option<u8> {
    let value = values.first()?;
    Some(*value)
}

/// A step with generics.
///
/// # Errors
///
/// Where the text is no `T`.
#[inline]
#[step("app.parse")]
pub fn parse<T>(text: &str) -> Result<T, T::Err>
where
    T: FromStr,
{
    text.parse()
}

/// A step that makes a future.
#[inline]
#[step("app.lazy")]
pub fn lazy(value: u8) -> impl Future<Output = u8> + Send {
    async move { ready(value).await }
}

/// A step that works before it makes a future.
#[inline]
#[step("app.eager")]
pub fn eager(text: &str) -> impl Future<Output = usize> + Send + use<> {
    let length = text.len();
    async move { ready(length).await }
}

/// A step that returns a boxed future.
#[inline]
#[must_use]
#[step("app.boxed")]
pub fn boxed(text: &str) -> Pin<Box<dyn Future<Output = usize> + Send + '_>> {
    Box::pin(async move { ready(text.len()).await })
}

/// A step that returns a boxed future by its alias.
#[inline]
#[must_use]
#[step("app.alias")]
pub fn alias(text: &str) -> BoxFuture<'_, usize> {
    let length = text.len();
    Box::pin(ready(length))
}

/// A step with an opaque result.
#[inline]
#[step("app.items")]
pub fn items(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars()
}

/// A step that does not return.
///
/// # Panics
///
/// Where `stop` is set.
#[inline]
#[step("app.forever")]
pub fn forever(stop: bool) -> ! {
    loop {
        assert!(!stop, "stopped");
    }
}

/// A step that does not return either.
#[inline]
#[step("app.forever_later")]
pub async fn forever_later(stop: bool) -> ! {
    ready(()).await;
    forever(stop)
}

/// A step that diverges at its end only.
#[inline]
#[must_use]
#[step("app.returns")]
pub async fn returns(value: u8) -> u8 {
    return ready(value).await;
}

/// A step with unused arguments.
#[inline]
#[step("app.unused", attributes("app.text" = text))]
pub fn unused(text: &str, _more: u8, _: u8) {}

/// A step with patterns.
#[inline]
#[must_use]
#[step("app.patterns")]
pub fn patterns((left, right): (u8, u8), mut sum: u8) -> u8 {
    sum = sum.saturating_add(left);
    sum.saturating_add(right)
}

/// A type with methods.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Desk {
    /// Its name.
    pub name: String,
}

impl Desk {
    /// Borrows.
    #[inline]
    #[must_use]
    #[step("app.name", attributes("app.name" = self.name))]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Changes.
    #[inline]
    #[step("app.rename")]
    pub async fn rename(&mut self, name: &str) -> &mut String {
        name.clone_into(&mut self.name);
        ready(&mut self.name).await
    }

    /// Consumes.
    #[inline]
    #[must_use]
    #[step("app.into_name", attributes("app.name" = self.name))]
    pub fn into_name(self) -> String {
        self.name
    }
}

/// A trait.
#[async_trait]
pub trait Tool {
    /// Runs the tool.
    async fn run(&self, input: &str) -> Result<String, Fault>;
}

#[async_trait]
impl Tool for Desk {
    #[inline]
    #[tool(name = self.name, attributes("app.input" = input))]
    async fn run(&self, input: &str) -> Result<String, Fault> {
        if input.is_empty() {
            return Err(Fault);
        }
        Ok(ready(input).await.to_owned())
    }
}

/// A future within a future.
#[inline]
#[step("app.nested")]
pub async fn nested(text: &str) -> BoxFuture<'_, usize> {
    ready(()).await;
    alias(text)
}

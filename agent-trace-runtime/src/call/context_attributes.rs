//! What is said once of all calls below: the conversation, the user, the tenant. A value in their context.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use opentelemetry::{Context, KeyValue};

use super::carried::{Carried, CarriedFuture};
use super::current::Attribute;
use super::dispatch::is_off;
use super::site::Operation;
use crate::semconv;
use crate::value::AttributeText;

/// Whether there have ever been any: no call looks for them in its context before.
static ARE_USED: AtomicBool = AtomicBool::new(false);

/// Runs `future` as a part of a conversation: `gen_ai.conversation.id` is on each model call, agent, workflow and
/// tool below.
///
/// The id is the application's own, as it stores and looks up the conversation; none is made up. Where it is an
/// `Option` that is `None`, the conversation around goes on; where telemetry is off, it is not looked at.
/// [`ContextAttributes`] says more than the conversation.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::testing::Recorder;
/// use agent_trace_runtime::{agent, tool, with_conversation};
///
/// #[tool]
/// fn search(query: &str) -> usize { query.len() }
///
/// #[agent]
/// async fn answer(question: &str) -> usize { search(question) }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let recorder = Recorder::install();
/// with_conversation("conv-42", answer("Where is my order?")).await;
///
/// let search = recorder.span("execute_tool search");
/// assert_eq!(search.attribute("gen_ai.conversation.id"), Some(&"conv-42".into()));
/// # });
/// ```
pub fn with_conversation<F: Future>(id: impl AttributeText, future: F) -> CarriedFuture<F> {
    if is_off() {
        return CarriedFuture::anywhere(future);
    }
    ContextAttributes::new().conversation(id).scope(future)
}

/// Attributes of all annotated calls below: of tasks, threads and streams as well, wherever the context is carried.
///
/// They are set on each span where the function itself has not set the same key, by its attribute or in its
/// body, and on the log event of an inference; on metrics never. A scope within another one adds to it, and goes
/// before it for the same key. The id of a conversation is set where the conventions know it: on model
/// calls, agents, workflows and tools.
///
/// A scope that is entered while telemetry is off has none.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::testing::Recorder;
/// use agent_trace_runtime::{ContextAttributes, attribute, step};
///
/// #[step("app.answer")]
/// fn answer() {}
///
/// let recorder = Recorder::install();
/// let user = String::from("u-7");
/// ContextAttributes::new()
///     .conversation("conv-42")
///     .with(attribute!("user.id" = user))
///     .with(attribute!("app.tenant" = "acme"))
///     .enter(answer);
///
/// let answer = recorder.span("app.answer");
/// assert_eq!(answer.attribute("user.id"), Some(&"u-7".into()));
/// assert_eq!(answer.attribute("app.tenant"), Some(&"acme".into()));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "attributes are set below `scope` or `enter`"]
pub struct ContextAttributes(
    /// No key twice. Shared by the calls below, each of which keeps it until its end.
    Arc<Vec<KeyValue>>,
);

impl ContextAttributes {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the id of the conversation, where there is one.
    pub fn conversation(self, id: impl AttributeText) -> Self {
        match id.to_text() {
            Some(id) => {
                self.with_key_value(KeyValue::new(semconv::CONVERSATION_ID, id.into_owned()))
            }
            None => self,
        }
    }

    /// Adds an attribute; the last one of a key counts. [`attribute!`](crate::attribute) makes it.
    pub fn with(self, attribute: Attribute) -> Self {
        match attribute.into_key_value() {
            Some(attribute) => self.with_key_value(attribute),
            None => self,
        }
    }

    /// Runs `future` with these attributes, in the context in which it is polled first.
    ///
    /// ```
    /// use agent_trace_runtime::{ContextAttributes, agent, attribute};
    ///
    /// #[agent]
    /// async fn answer(question: &str) -> usize { question.len() }
    ///
    /// async fn handle(tenant: &str, question: &str) -> usize {
    ///     let attributes = ContextAttributes::new().with(attribute!("app.tenant" = tenant));
    ///     attributes.scope(answer(question)).await
    /// }
    /// ```
    pub fn scope<F: Future>(self, future: F) -> CarriedFuture<F> {
        CarriedFuture::scoped(future, self)
    }

    /// Runs `body` with these attributes.
    pub fn enter<T>(self, body: impl FnOnce() -> T) -> T {
        match self.into_carried() {
            Some(mut carried) => carried.enter_mut(body),
            None => body(),
        }
    }

    /// The running call and the context as they are here, with these attributes; nothing where telemetry is off.
    pub(super) fn into_carried(self) -> Option<Carried> {
        (!is_off()).then(|| super::carry().map_context(|context| self.within(context)))
    }

    pub(crate) fn with_key_value(mut self, attribute: KeyValue) -> Self {
        let all = Arc::make_mut(&mut self.0);
        match all.iter_mut().find(|known| known.key == attribute.key) {
            Some(known) => known.value = attribute.value,
            None => all.push(attribute),
        }
        self
    }

    /// `context` with these attributes besides those that it has.
    pub(crate) fn within(self, context: &Context) -> Context {
        ARE_USED.store(true, Ordering::Relaxed);
        match Self::of(context) {
            Some(around) => {
                let all = self.0.iter().cloned().fold(around.clone(), Self::with_key_value);
                context.with_value(all)
            }
            None => context.with_value(self),
        }
    }

    /// The attributes of the calls below `context`.
    #[inline]
    pub(crate) fn of(context: &Context) -> Option<&Self> {
        if ARE_USED.load(Ordering::Relaxed) { context.get::<Self>() } else { None }
    }

    /// All of them, no key twice.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &KeyValue> {
        self.0.iter()
    }

    /// Those that are set on such a call.
    pub(super) fn on(&self, operation: Operation) -> impl Iterator<Item = &KeyValue> {
        self.iter().filter(move |known| {
            known.key.as_str() != semconv::CONVERSATION_ID || operation.is_of_conversations()
        })
    }
}

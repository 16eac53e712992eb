//! What is known of an annotated function at compile time.

use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use opentelemetry::trace::SpanKind;
use opentelemetry::{KeyValue, Value};

use super::span::room_for;
use crate::semconv;
use crate::signals::{Labels, RememberedSeries};
use crate::value::push_made;

/// The operation of a call: it decides the span's kind, its name, and what its target is called.
///
/// Source: GenAI semantic conventions, development, 2026-10-09.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// An agent that runs in this process.
    Agent,
    /// An agent that another service runs.
    RemoteAgent,
    /// A composite run of agents and tools.
    Workflow,
    /// A model call: `chat`, `generate_content` or `text_completion`.
    Inference(&'static str),
    /// A model call that returns embeddings.
    Embeddings,
    /// A search of a data source.
    Retrieval,
    /// A memory operation of a service: `search_memory`, `create_memory` …
    Memory(&'static str),
    /// A memory operation of a store in this process.
    InProcessMemory(&'static str),
    /// A tool that this process runs.
    Tool,
    /// An agent's planning step.
    Plan,
    /// A step of the application's own, outside the conventions.
    Step,
}

impl Operation {
    /// The value of `gen_ai.operation.name`.
    pub(crate) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Agent | Self::RemoteAgent => Some("invoke_agent"),
            Self::Workflow => Some("invoke_workflow"),
            Self::Inference(name) | Self::Memory(name) | Self::InProcessMemory(name) => Some(name),
            Self::Embeddings => Some("embeddings"),
            Self::Retrieval => Some("retrieval"),
            Self::Tool => Some("execute_tool"),
            Self::Plan => Some("plan"),
            Self::Step => None,
        }
    }

    pub(crate) const fn kind(self) -> SpanKind {
        match self {
            Self::RemoteAgent
            | Self::Inference(_)
            | Self::Embeddings
            | Self::Retrieval
            | Self::Memory(_) => SpanKind::Client,
            Self::Agent
            | Self::Workflow
            | Self::InProcessMemory(_)
            | Self::Tool
            | Self::Plan
            | Self::Step => SpanKind::Internal,
        }
    }

    /// The attribute that tells how many items a search has found.
    pub(crate) const fn count_key(self) -> Option<&'static str> {
        match self {
            Self::Retrieval => Some(semconv::RETRIEVAL_DOCUMENT_COUNT),
            Self::Memory(_) | Self::InProcessMemory(_) => Some(semconv::MEMORY_RECORD_COUNT),
            _ => None,
        }
    }

    /// Whether this is a model call whose response can be a stream.
    pub(crate) const fn is_inference(self) -> bool {
        matches!(self, Self::Inference(_))
    }

    /// Whether the conventions know such a call by its conversation.
    pub(crate) const fn is_of_conversations(self) -> bool {
        matches!(
            self,
            Self::Agent | Self::RemoteAgent | Self::Workflow | Self::Inference(_) | Self::Tool
        )
    }

    /// Whether an agent counts it, or is named by its span.
    pub(crate) const fn concerns_agent(self) -> bool {
        self.is_inference() || self.is_of_agent()
    }

    /// Whether its span names the agent that it belongs to.
    pub(crate) const fn is_of_agent(self) -> bool {
        matches!(self, Self::Tool | Self::Plan)
    }

    /// The attribute that holds what follows the operation in the span's name.
    pub(crate) const fn target_key(self) -> Option<&'static str> {
        match self {
            Self::Agent | Self::RemoteAgent | Self::Plan => Some(semconv::AGENT_NAME),
            Self::Workflow => Some(semconv::WORKFLOW_NAME),
            Self::Inference(_) | Self::Embeddings => Some(semconv::REQUEST_MODEL),
            Self::Retrieval => Some(semconv::DATA_SOURCE_ID),
            Self::Tool => Some(semconv::TOOL_NAME),
            Self::Memory(_) | Self::InProcessMemory(_) | Self::Step => None,
        }
    }

    /// How many attributes the end of such a call may add; room for them is made at its start.
    pub(crate) const fn end_attributes(self) -> usize {
        match self {
            Self::Inference(_) | Self::Embeddings | Self::RemoteAgent => 10,
            _ => 2,
        }
    }
}

/// The value of an attribute that is known at compile time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Constant {
    /// A string.
    Str(&'static str),
    /// An integer.
    Int(i64),
    /// A double.
    Double(f64),
    /// A boolean.
    Bool(bool),
}

impl Constant {
    /// Each is made in its place: a value of any kind would be made first and moved then.
    #[inline]
    pub(super) fn push_as(self, key: &'static str, attributes: &mut Vec<KeyValue>) {
        match self {
            Self::Str(text) => push_made(attributes, || KeyValue::new(key, text)),
            Self::Int(number) => push_made(attributes, || KeyValue::new(key, number)),
            Self::Double(number) => push_made(attributes, || KeyValue::new(key, number)),
            Self::Bool(is_so) => push_made(attributes, || KeyValue::new(key, is_so)),
        }
    }
}

impl From<Constant> for Value {
    fn from(constant: Constant) -> Self {
        match constant {
            Constant::Str(value) => value.into(),
            Constant::Int(value) => value.into(),
            Constant::Double(value) => value.into(),
            Constant::Bool(value) => value.into(),
        }
    }
}

/// An annotated function: one `static` for each, written by the macros.
#[derive(Debug)]
pub struct CallSite {
    pub(crate) operation: Operation,
    span_name: &'static str,
    /// What the operation is about, where that is the same at every call; or empty.
    target: &'static str,
    /// Whether the target ends the span's name.
    ends_name: bool,
    /// The name with the target, put together by the first call, where the macro cannot.
    whole_name: OnceLock<String>,
    attributes: &'static [(&'static str, Constant)],
    /// Whether a call that is dropped before its end is none that failed.
    pub(crate) cancel_is_ok: bool,
    uses_nothing: bool,
    /// The path of the function, where its usage is asked for.
    function: &'static str,
    /// How many chunks of a stream get an event.
    pub(crate) chunk_events: u16,
    /// Whether the messages of the response are content to record.
    pub(crate) captures_output: bool,
    /// Whether it was said that calls of this site end without telling of their usage.
    pub(crate) is_missing_usage: AtomicBool,
    /// What its calls have in common of the labels of their metrics.
    labels: OnceLock<Option<Labels<'static>>>,
    /// Of the metrics of its calls.
    pub(crate) series: RememberedSeries,
}

macro_rules! sites {
    ($($(#[$attribute:meta])* $function:ident $(($operation:ident))? => $variant:expr;)*) => {$(
        $(#[$attribute])*
        #[must_use]
        pub const fn $function(
            $($operation: &'static str,)?
            span_name: &'static str,
            target: &'static str,
        ) -> Self {
            Self {
                operation: $variant,
                span_name,
                target,
                ends_name: false,
                whole_name: OnceLock::new(),
                attributes: &[],
                cancel_is_ok: false,
                uses_nothing: false,
                function: "",
                chunk_events: 0,
                captures_output: false,
                is_missing_usage: AtomicBool::new(false),
                labels: OnceLock::new(),
                series: RememberedSeries::none(),
            }
        }
    )*};
}

/// One constructor for each operation: what the compiler reads and evaluates for every annotated function
/// is short. The target is empty where the site does not know one.
impl CallSite {
    sites! {
        /// Runs an agent in this process.
        agent => Operation::Agent;
        /// Calls an agent of another service.
        remote_agent => Operation::RemoteAgent;
        /// Runs a workflow.
        workflow => Operation::Workflow;
        /// Calls a model.
        inference(operation) => Operation::Inference(operation);
        /// Calls a model for embeddings.
        embeddings => Operation::Embeddings;
        /// Searches a data source.
        retrieval => Operation::Retrieval;
        /// Calls a memory service.
        memory(operation) => Operation::Memory(operation);
        /// Uses a memory in this process.
        in_process_memory(operation) => Operation::InProcessMemory(operation);
        /// Runs a tool.
        tool => Operation::Tool;
        /// Plans.
        plan => Operation::Plan;
        /// Does a step of the application's own.
        step => Operation::Step;
    }

    /// Ends the span's name with the target, which is a constant that the macro cannot read.
    #[must_use]
    pub const fn named_by_target(mut self) -> Self {
        self.ends_name = true;
        self
    }

    /// Sets attributes at the start of every span.
    #[must_use]
    pub const fn attributes(mut self, attributes: &'static [(&'static str, Constant)]) -> Self {
        self.attributes = attributes;
        self
    }

    /// Says that being dropped before its end is no failure.
    #[must_use]
    pub const fn cancel_is_ok(mut self) -> Self {
        self.cancel_is_ok = true;
        self
    }

    /// Says that there is no usage to tell.
    #[must_use]
    pub const fn uses_nothing(mut self) -> Self {
        self.uses_nothing = true;
        self
    }

    /// Names the function, for what is said of its usage.
    #[must_use]
    pub const fn of_function(mut self, path: &'static str) -> Self {
        self.function = path;
        self
    }

    /// Adds an event to the span for each of the first chunks of a stream.
    #[must_use]
    pub const fn chunk_events(mut self, count: u16) -> Self {
        self.chunk_events = count;
        self
    }

    /// Says that the messages of the response are content that may be recorded.
    #[must_use]
    pub const fn captures_output(mut self) -> Self {
        self.captures_output = true;
        self
    }

    /// Whether the end of a call is to tell of its tokens.
    pub(crate) const fn expects_usage(&self) -> bool {
        !self.uses_nothing && self.is_model_call()
    }

    /// Whether an error is told of by a log event: it is one of a service, and told where it happened.
    pub(crate) fn tells_of_errors(&self) -> bool {
        self.operation.kind() == SpanKind::Client
    }

    /// Whether this calls a model, which uses tokens.
    pub(crate) const fn is_model_call(&self) -> bool {
        matches!(self.operation, Operation::Inference(_) | Operation::Embeddings)
    }

    /// The path of the function, or what its spans are called.
    pub(crate) fn function(&'static self) -> &'static str {
        if self.function.is_empty() { self.span_name() } else { self.function }
    }

    pub(crate) fn span_name(&'static self) -> &'static str {
        if self.ends_name {
            self.whole_name.get_or_init(|| format!("{} {}", self.span_name, self.target))
        } else {
            self.span_name
        }
    }

    /// What the operation is about, where that is the same at every call.
    pub(crate) fn target(&self) -> Option<&'static str> {
        Some(self.target).filter(|target| !target.is_empty())
    }

    /// The attributes that are the same at every call, besides the operation and its target.
    pub(crate) const fn constants(&self) -> &'static [(&'static str, Constant)] {
        self.attributes
    }

    /// The labels that all calls of this site have, where they have metrics.
    pub(crate) fn labels(&'static self) -> Option<&'static Labels<'static>> {
        self.labels.get_or_init(|| Labels::of_site(self)).as_ref()
    }

    /// How many attributes its spans have, or somewhat more.
    #[inline]
    pub(crate) const fn expected_attributes(&self) -> usize {
        self.attributes.len() + 2 + self.operation.end_attributes()
    }

    /// The attributes of every call of this site, with room for those that its end adds.
    #[inline]
    pub(crate) fn start_attributes(&self, attributes: &mut Vec<KeyValue>) {
        // A step that has none makes no room for any.
        if self.operation.name().is_some() || !self.attributes.is_empty() {
            self.set_attributes(attributes);
        }
    }

    fn set_attributes(&self, attributes: &mut Vec<KeyValue>) {
        let operation = self.operation.name();
        let target = self.operation.target_key().filter(|_| !self.target.is_empty());
        *attributes = room_for(self.expected_attributes());
        if let Some(name) = operation {
            push_made(attributes, || KeyValue::new(semconv::OPERATION_NAME, name));
        }
        if let Some(key) = target {
            push_made(attributes, || KeyValue::new(key, self.target));
        }
        for (key, constant) in self.attributes {
            constant.push_as(key, attributes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_with_a_target_has_a_name_to_put_before_it() {
        for operation in [
            Operation::Agent,
            Operation::RemoteAgent,
            Operation::Workflow,
            Operation::Inference("chat"),
            Operation::Embeddings,
            Operation::Retrieval,
            Operation::Tool,
            Operation::Plan,
        ] {
            assert!(operation.target_key().is_some() && operation.name().is_some());
        }
    }
}

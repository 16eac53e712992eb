//! What is known of an annotated function at compile time.

use std::sync::OnceLock;

use opentelemetry::trace::SpanKind;
use opentelemetry::{KeyValue, Value};

use crate::semconv;

/// The operation of a call: it decides the span's kind, its name, and what its target is called.
///
/// Source: GenAI semantic conventions, development, 2026-10-09.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
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
    name: Name,
    attributes: &'static [(&'static str, Constant)],
}

/// The name of a site's spans, so far as it is known without the arguments.
#[derive(Debug)]
enum Name {
    Whole(&'static str),
    /// The operation and this target, put together by the first call.
    Target(&'static str, OnceLock<String>),
}

impl CallSite {
    /// A site whose span is called `span_name`, or by the operation and its target where the call
    /// gives the target.
    #[must_use]
    pub const fn new(
        operation: Operation,
        span_name: &'static str,
        attributes: &'static [(&'static str, Constant)],
    ) -> Self {
        Self { operation, name: Name::Whole(span_name), attributes }
    }

    /// A site whose span is called by the operation and a target that is a constant.
    #[must_use]
    pub const fn named_by_target(
        operation: Operation,
        target: &'static str,
        attributes: &'static [(&'static str, Constant)],
    ) -> Self {
        Self { operation, name: Name::Target(target, OnceLock::new()), attributes }
    }

    pub(crate) fn span_name(&'static self) -> &'static str {
        match &self.name {
            Name::Whole(name) => name,
            Name::Target(target, name) => name.get_or_init(|| match self.operation.name() {
                Some(operation) => format!("{operation} {target}"),
                None => (*target).to_owned(),
            }),
        }
    }

    /// The attributes of every call of this site, with room for those that its end adds.
    pub(crate) fn start_attributes(&self) -> Vec<KeyValue> {
        let room = self.attributes.len() + 2 + self.operation.end_attributes();
        let mut attributes = Vec::with_capacity(room);
        if let Some(name) = self.operation.name() {
            attributes.push(KeyValue::new(semconv::OPERATION_NAME, name));
        }
        for &(key, value) in self.attributes {
            attributes.push(KeyValue::new(key, Value::from(value)));
        }
        attributes
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

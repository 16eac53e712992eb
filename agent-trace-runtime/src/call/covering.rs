//! A call that stands for a request which its body sends: what is told of the request goes on the call.

use opentelemetry::KeyValue;

use super::current::CurrentCall;
use super::outcome::Failure;
use super::site::Operation;
use super::span::Open;
use crate::semconv;

impl CurrentCall {
    /// Whether this is the call of a tool of this name.
    pub(crate) fn is_tool_named(&self, name: &str) -> bool {
        let is_named = |open: &mut Open| {
            let told = open.attributes.iter().find(|told| told.key.as_str() == semconv::TOOL_NAME);
            let told = told.map(|told| told.value.as_str());
            let known = told.as_deref().or(open.site.target());
            open.site.operation == Operation::Tool && known == Some(name)
        };
        self.0.as_ref().and_then(|call| call.with(is_named)).unwrap_or(false)
    }

    /// Sets attributes that need no check.
    pub(crate) fn set_all(&self, attributes: impl IntoIterator<Item = KeyValue>) {
        if let Some(call) = &self.0 {
            for attribute in attributes {
                call.record(|recorded, limits| recorded.set_attribute(attribute, limits));
            }
        }
    }

    /// Takes how what the body does for the call has ended. The result of a tool can tell of its failure, whatever
    /// the body returns; an error can be one that the body deals with, and only names what it returns.
    pub(crate) fn take_failure(&self, failure: Option<Failure>, is_result: bool) {
        if let Some(call) = &self.0 {
            call.record(|recorded, _| {
                recorded.error_type = failure.as_ref().map(|failure| failure.error_type.clone());
                recorded.failure = failure.filter(|_| is_result);
            });
        }
    }
}

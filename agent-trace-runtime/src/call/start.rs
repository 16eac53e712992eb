//! What the arguments of a call say of it.

use opentelemetry::trace::Span;
use opentelemetry::{KeyValue, Value};

use super::site::{CallSite, Constant};
use crate::value::{
    AttributeBoolean, AttributeDouble, AttributeInteger, AttributeText, AttributeTexts,
    AttributeValue,
};

/// A span that has just started and is not shared yet: takes what the arguments say.
#[derive(Debug)]
pub struct Start<'a> {
    site: &'static CallSite,
    span: &'a mut opentelemetry_sdk::trace::Span,
    attributes: &'a mut Vec<KeyValue>,
}

impl<'a> Start<'a> {
    pub(super) fn new(
        site: &'static CallSite,
        span: &'a mut opentelemetry_sdk::trace::Span,
        attributes: &'a mut Vec<KeyValue>,
    ) -> Self {
        Self { site, span, attributes }
    }

    /// The model, tool, agent … of this call, which is recorded and ends the span's name.
    pub fn target(&mut self, target: &(impl AttributeText + ?Sized)) {
        let operation = self.site.operation;
        let Some(target) = target.to_text() else { return };
        if let Some(name) = operation.name() {
            self.span.update_name(format!("{name} {target}"));
        }
        if let Some(key) = operation.target_key() {
            self.push(key, target.into_owned());
        }
    }

    /// Records a value that is known at compile time.
    pub fn constant(&mut self, key: &'static str, value: Constant) {
        self.push(key, value);
    }

    /// Records a string, where there is one.
    pub fn text(&mut self, key: &'static str, text: &(impl AttributeText + ?Sized)) {
        if let Some(text) = text.to_text() {
            self.push(key, text.into_owned());
        }
    }

    /// Records an integer, where there is one.
    pub fn integer(&mut self, key: &'static str, value: &(impl AttributeInteger + ?Sized)) {
        self.set(key, value);
    }

    /// Records a number, where there is one.
    pub fn double(&mut self, key: &'static str, value: &(impl AttributeDouble + ?Sized)) {
        if let Some(value) = value.to_double() {
            self.push(key, value);
        }
    }

    /// Records a boolean, where there is one.
    pub fn boolean(&mut self, key: &'static str, value: &(impl AttributeBoolean + ?Sized)) {
        self.set(key, value);
    }

    /// Records a list of strings, where there is one.
    pub fn texts(&mut self, key: &'static str, value: &(impl AttributeTexts + ?Sized)) {
        self.set(key, value);
    }

    /// Records an attribute, where it has a value.
    pub fn set(&mut self, key: &'static str, value: &(impl AttributeValue + ?Sized)) {
        if let Some(value) = value.to_value() {
            self.push(key, value);
        }
    }

    fn push(&mut self, key: &'static str, value: impl Into<Value>) {
        if self.attributes.capacity() == 0 {
            self.attributes.reserve(4 + self.site.operation.end_attributes());
        }
        self.attributes.push(KeyValue::new(key, value));
    }
}

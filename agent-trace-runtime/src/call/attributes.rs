//! What the arguments of a call say of it.

use std::thread::panicking;

use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, KeyValue, Value};

use super::active::Entered;
use super::first_poll;
use super::site::{CallSite, Constant};
use crate::value::{
    AttributeBoolean, AttributeDouble, AttributeInteger, AttributeText, AttributeTexts,
    AttributeValue,
};

/// Takes what the arguments say of a call whose span records, and hands it to the call when dropped.
#[derive(Debug)]
pub struct Attributes<'a> {
    site: &'static CallSite,
    attributes: Vec<KeyValue>,
    /// The call of a plain function; without it, the call of the future that is polled.
    call: Option<Entered<'a>>,
    /// Whether the thread was unwinding before the arguments were asked.
    was_panicking: bool,
}

impl<'a> Attributes<'a> {
    pub(super) fn of_call(site: &'static CallSite, call: Entered<'a>) -> Self {
        Self { site, attributes: Vec::new(), call: Some(call), was_panicking: panicking() }
    }

    /// For the call that has just begun.
    pub(super) fn of_first_poll(site: &'static CallSite) -> Option<Self> {
        let is_recording = Context::map_current(|context| context.span().is_recording());
        let was_panicking = panicking();
        is_recording.then_some(Self { site, attributes: Vec::new(), call: None, was_panicking })
    }

    /// The model, tool, agent … of this call, which is recorded and ends the span's name.
    pub fn target(&mut self, target: &(impl AttributeText + ?Sized)) {
        if let Some(target) = target.to_text() {
            self.set_target(&target);
        }
    }

    /// Records a value that is known at compile time.
    pub fn constant(&mut self, key: &'static str, value: Constant) {
        self.push(key, value.into());
    }

    /// Records a string, where there is one.
    pub fn text(&mut self, key: &'static str, text: &(impl AttributeText + ?Sized)) {
        if let Some(text) = text.to_text() {
            self.push(key, text.into_owned().into());
        }
    }

    /// Records an integer, where there is one.
    pub fn integer(&mut self, key: &'static str, value: &(impl AttributeInteger + ?Sized)) {
        self.set(key, value);
    }

    /// Records a number, where there is one.
    pub fn double(&mut self, key: &'static str, value: &(impl AttributeDouble + ?Sized)) {
        if let Some(value) = value.to_double() {
            self.push(key, value.into());
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

    fn set_target(&mut self, target: &str) {
        let operation = self.site.operation;
        if let Some(name) = operation.name() {
            let name = format!("{name} {target}");
            Context::map_current(|context| context.span().update_name(name));
        }
        if let Some(key) = operation.target_key() {
            self.push(key, target.to_owned().into());
        }
    }

    fn push(&mut self, key: &'static str, value: Value) {
        if self.attributes.capacity() == 0 {
            self.attributes.reserve(4 + self.site.operation.end_attributes());
        }
        self.attributes.push(KeyValue::new(key, value));
    }
}

impl Drop for Attributes<'_> {
    fn drop(&mut self) {
        let attributes = std::mem::take(&mut self.attributes);
        match self.call.take() {
            None => first_poll::set_attributes(attributes),
            Some(mut call) => {
                call.set_attributes(attributes);
                // Where an argument panics, its call has panicked.
                if self.was_panicking || !panicking() {
                    call.leave();
                }
            }
        }
    }
}

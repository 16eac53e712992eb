//! What the arguments of a call say of it.
//!
//! A body reads its own arguments, as the first thing that it does: there, and not in the function around
//! it, they can be borrowed without taking up room in a future once more. What it reads waits in
//! the thread for the end of the first poll.

use std::cell::RefCell;

use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, KeyValue, Value};

use super::dispatch;
use super::site::{CallSite, Constant};
use crate::value::{
    AttributeBoolean, AttributeDouble, AttributeInteger, AttributeText, AttributeTexts,
    AttributeValue,
};

thread_local! {
    /// What the bodies in their first polls have read, where their spans record. The last is the one that
    /// executes; those before it have polled it.
    static COLLECTED: RefCell<Vec<Option<Collected>>> = const { RefCell::new(Vec::new()) };
}

/// What a body is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Collect {
    pub(super) site: &'static CallSite,
    /// Whether it is all, and not only what tells metrics apart.
    pub(super) is_recording: bool,
    /// Whether content is recorded.
    pub(super) captures: bool,
}

#[derive(Debug)]
struct Collected {
    asked: Collect,
    attributes: Vec<KeyValue>,
}

/// Begins the first poll of a body, of which nobody may ask anything. While the thread ends nothing is read.
pub(super) fn begin_collecting(asked: Option<Collect>) {
    let collected = asked.map(|asked| Collected { asked, attributes: Vec::new() });
    let _ = COLLECTED.try_with(|bodies| bodies.borrow_mut().push(collected));
}

/// Ends the first poll of a body, and gives what it has read.
pub(super) fn end_collecting() -> Vec<KeyValue> {
    let collected = COLLECTED.try_with(|bodies| bodies.borrow_mut().pop().flatten());
    collected.ok().flatten().map(|collected| collected.attributes).unwrap_or_default()
}

/// Lets `read` say what the arguments of the body that has just begun say, where its span records or its
/// pipeline measures.
///
/// It is a closure that can neither change nor take what it names, nor leave the function, nor wait: what
/// is recorded steers nothing.
#[inline]
pub fn arguments(read: impl Fn(&mut Arguments)) {
    if !dispatch::is_off() {
        let asked =
            COLLECTED.try_with(|bodies| bodies.borrow().last()?.as_ref().map(|body| body.asked));
        if let Some(asked) = asked.ok().flatten() {
            read(&mut Arguments { asked, attributes: Vec::new() });
        }
    }
}

/// Takes what the arguments say of a call, and keeps it for the call when dropped.
#[derive(Debug)]
pub struct Arguments {
    asked: Collect,
    attributes: Vec<KeyValue>,
}

impl Arguments {
    /// Whether the span records: what tells no metrics apart is read only then.
    #[must_use]
    pub const fn is_recording(&self) -> bool {
        self.asked.is_recording
    }

    /// Whether content is recorded.
    #[must_use]
    pub const fn captures(&self) -> bool {
        self.asked.captures
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
        if let Some(value) = value.to_double().filter(|value| value.is_finite()) {
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
        let operation = self.asked.site.operation;
        if let Some(name) = operation.name().filter(|_| self.asked.is_recording) {
            let name = format!("{name} {target}");
            Context::map_current(|context| context.span().update_name(name));
        }
        if let Some(key) = operation.target_key() {
            self.push(key, target.to_owned().into());
        }
    }

    fn push(&mut self, key: &'static str, value: Value) {
        if self.attributes.capacity() == 0 {
            self.attributes.reserve(4 + self.asked.site.operation.end_attributes());
        }
        self.attributes.push(KeyValue::new(key, value));
    }
}

impl Drop for Arguments {
    fn drop(&mut self) {
        let attributes = std::mem::take(&mut self.attributes);
        let _ = COLLECTED.try_with(|bodies| {
            if let Some(Some(collected)) = bodies.borrow_mut().last_mut() {
                collected.attributes = attributes;
            }
        });
    }
}

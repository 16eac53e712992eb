//! What the arguments of a call say of it.
//!
//! A body reads its own arguments, as the first thing that it does: there, and not in the function around
//! it, they can be borrowed without taking up room in a future once more.

use std::cell::Cell;

use opentelemetry::{KeyValue, StringValue, Value};

use super::current::with_running;
use super::dispatch;
use super::site::{Constant, Operation};
use crate::value::{
    AttributeBoolean, AttributeDouble, AttributeInteger, AttributeText, AttributeTexts,
    AttributeValue, push_made,
};

thread_local! {
    /// What the body that begins is asked for. It is the first to look, if it reads anything; any call that
    /// starts within it says anew what is asked.
    static ASKED: Cell<Option<Asked>> = const { Cell::new(None) };
}

/// What a body is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// Whether it is all, and not only what tells metrics apart.
    pub(super) is_recording: bool,
    /// Whether content is recorded.
    pub(super) captures: bool,
}

/// Asks the body that begins now, of the running call, or nobody.
#[inline]
pub(super) fn ask(asked: Option<Asked>) {
    ASKED.set(asked);
}

/// Lets `read` say what the arguments of the body that has just begun say, where its span records or its
/// pipeline measures.
///
/// It is a closure that can neither change nor take what it names, nor leave the function, nor wait: what
/// is recorded steers nothing.
#[inline]
pub fn arguments(read: impl Fn(&mut Arguments)) {
    if !dispatch::is_off() {
        // What it has captured is written to memory here, and not before it is known to be of use.
        dispatch::out_of_line();
        let needed = read;
        collect(&needed);
    }
}

/// Apart from the body, which is to be small where nothing is installed.
#[inline(never)]
fn collect(read: &dyn Fn(&mut Arguments)) {
    if let Some(asked) = ASKED.take()
        && let Some(Some((operation, attributes))) = with_running(|record| {
            record.with(|open| (open.site.operation, std::mem::take(&mut open.attributes)))
        })
    {
        read(&mut Arguments { asked, operation, name: None, attributes });
    }
}

/// Takes what the arguments say of a call, and keeps it for the call when dropped.
#[derive(Debug)]
pub struct Arguments {
    asked: Asked,
    operation: Operation,
    /// The span's, where it is not the site's.
    name: Option<String>,
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
        value.push_as(key, &mut self.attributes);
    }

    /// Records a string, where there is one.
    pub fn text(&mut self, key: &'static str, text: &(impl AttributeText + ?Sized)) {
        if let Some(text) = text.to_text() {
            self.push_text(key, text.into_owned());
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
        if let Some(name) = self.operation.name().filter(|_| self.asked.is_recording) {
            self.name = Some(format!("{name} {target}"));
        }
        if let Some(key) = self.operation.target_key() {
            self.push_text(key, target.to_owned());
        }
    }

    fn push(&mut self, key: &'static str, value: Value) {
        // Told apart, no value is read as a whole, for which the processor would wait: it has just been written in parts.
        match value {
            Value::I64(number) => push_made(&mut self.attributes, || KeyValue::new(key, number)),
            Value::F64(number) => push_made(&mut self.attributes, || KeyValue::new(key, number)),
            Value::Bool(is_so) => push_made(&mut self.attributes, || KeyValue::new(key, is_so)),
            value => push_made(&mut self.attributes, || KeyValue::new(key, value)),
        }
    }

    fn push_text(&mut self, key: &'static str, text: String) {
        let text = StringValue::from(text);
        push_made(&mut self.attributes, || KeyValue::new(key, text));
    }
}

impl Drop for Arguments {
    fn drop(&mut self) {
        let attributes = std::mem::take(&mut self.attributes);
        let is_agent = self.operation == Operation::Agent;
        let name = self.name.take();
        with_running(|record| {
            record.with(|open| {
                if let Some(run) = open.run.as_ref().filter(|_| is_agent) {
                    run.read_name(&attributes);
                }
                open.attributes = attributes;
                if let Some(name) = name {
                    open.name = Some(name.into());
                }
            })
        });
    }
}

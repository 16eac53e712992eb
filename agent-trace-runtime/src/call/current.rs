//! The running call, as the code inside its body reaches it.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::trace::{Event, SpanContext, TraceContextExt};
use opentelemetry::{Context, ContextGuard, KeyValue, Value};

use super::dispatch::{Pipeline, with_pipeline_of};
use super::outcome::{Failure, quietly};
use super::site::Constant;
use super::span::Record;
use crate::content::Content;
use crate::response::{Response, Usage};
use crate::signals::Evaluation;
use crate::value::{
    AttributeBoolean, AttributeDouble, AttributeInteger, AttributeText, AttributeTexts,
    AttributeValue,
};

thread_local! {
    /// The call whose body this thread executes. A call swaps itself in for each poll and out
    /// again after it, so that an idle call costs nothing and no two ever share a slot.
    ///
    /// Gone as soon as the thread ends. The context's own slot is made before it, and so is gone later: unless it is gone
    /// already, where the first call of a thread is one of its end.
    static CURRENT: Slot = Slot {
        call: Cell::new(None),
        has_context: quietly(|| drop(Context::current())).is_some(),
    };
}

struct Slot {
    call: Cell<Current>,
    /// OpenTelemetry's context can be asked for.
    has_context: bool,
}

impl Slot {
    #[inline(always)]
    fn swap(&self, call: &mut Current) {
        *call = self.call.replace(call.take());
    }
}

/// A call in the slot, or what is to hide it where nothing of a call is recorded.
pub(super) type Current = Option<Arc<Record>>;

/// Whether the thread has not begun to end. While it does, OpenTelemetry's context panics.
#[inline]
pub(super) fn thread_is_alive() -> bool {
    CURRENT.try_with(|slot| slot.has_context).unwrap_or(false)
}

/// OpenTelemetry's context, which is empty where a thread has begun to end.
pub(super) fn present_context() -> Context {
    if thread_is_alive() { Context::current() } else { Context::new() }
}

/// Whether a call stands in its thread's slot; [`detach`] takes it out.
#[derive(Debug, Default)]
pub(super) enum Attached {
    /// It does not: it is off, or the thread has begun to end.
    #[default]
    Nowhere,
    Here(#[expect(dead_code, reason = "detaches when dropped")] ContextGuard),
    /// It was taken out.
    Detached,
}

/// Makes `call` the call of the present thread, within what is attached, and keeps what was before in its place.
#[inline(always)]
pub(super) fn attach(
    call: &mut Current,
    attach_context: impl FnOnce() -> ContextGuard,
) -> Attached {
    let attached = CURRENT.try_with(|slot| {
        if !slot.has_context {
            return Attached::Nowhere;
        }
        // It panics where the current context is borrowed; nothing is swapped then.
        let guard = attach_context();
        slot.swap(call);
        Attached::Here(guard)
    });
    attached.unwrap_or_default()
}

/// Puts back what was before.
#[inline(always)]
pub(super) fn detach(call: &mut Current, attached: &mut Attached) {
    if let Attached::Here(_) = attached {
        // Fails only while the thread ends, when nobody can ask for the slot any more.
        let _ = CURRENT.try_with(|slot| slot.swap(call));
    }
    *attached = Attached::Detached;
}

/// Looks at the call in the slot. While it does, the slot is empty: `look` may run no code of others.
#[inline]
pub(super) fn with_running<T>(look: impl FnOnce(&Arc<Record>) -> T) -> Option<T> {
    let looked = CURRENT.try_with(|slot| {
        let call = slot.call.take();
        let looked = call.as_ref().map(look);
        slot.call.set(call);
        looked
    });
    looked.ok().flatten()
}

/// Whether there is a call in the slot.
#[inline]
pub(super) fn is_running() -> bool {
    with_running(|_| ()).is_some()
}

/// The call in the slot.
pub(super) fn running() -> Current {
    with_running(Arc::clone)
}

/// The innermost annotated call whose body runs here.
///
/// Outside of one, or where telemetry is off, the handle is empty and does nothing. It can be kept,
/// cloned and sent to other threads; after the call has ended it does nothing.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::{Usage, attribute, current, llm_call};
///
/// #[llm_call(model = "gpt-4o", usage = manual)]
/// async fn ask(question: &str) -> String {
///     let call = current();
///     call.set(attribute!("app.question.length" = question.len()));
///     call.record_usage(Usage::new(412, 38));
///     "42".to_owned()
/// }
/// ```
#[must_use]
pub fn current() -> CurrentCall {
    CurrentCall(running())
}

/// A handle to a running call; [`current()`] gives it.
#[derive(Clone, Debug)]
pub struct CurrentCall(pub(super) Option<Arc<Record>>);

impl CurrentCall {
    /// Whether what is recorded goes anywhere.
    #[must_use]
    pub fn is_recording(&self) -> bool {
        self.0.as_ref().is_some_and(|call| call.is_recording())
    }

    /// Sets an attribute of the call's span; the last value of a key counts.
    ///
    /// The attribute is made by [`attribute!`](crate::attribute), which checks its key while
    /// compiling.
    pub fn set(&self, attribute: Attribute) -> &Self {
        if let (Some(call), Some(attribute)) = (&self.0, attribute.into_key_value()) {
            call.record(|recorded, limits| recorded.set_attribute(attribute, limits));
        }
        self
    }

    /// Adds an event to the call's span, at the present time.
    pub fn add_event(
        &self,
        name: impl Into<Cow<'static, str>>,
        attributes: impl IntoIterator<Item = Attribute>,
    ) -> &Self {
        if let Some(call) = &self.0 {
            let attributes = attributes.into_iter().filter_map(Attribute::into_key_value).collect();
            let event = Event::new(name, SystemTime::now(), attributes, 0);
            call.record(|recorded, limits| recorded.add_event(event, limits));
        }
        self
    }

    /// Records the tokens that the call used. It replaces what was recorded before, and what the
    /// call's result says of itself. On a stream, what is recorded and what the items tell count in the
    /// order in which they come: a later count replaces an earlier one, and the others stay.
    ///
    /// Recorded within a step or a tool, they are those of the model call or the agent around it.
    ///
    /// For the body of a model call whose result does not implement
    /// [`InferenceResponse`](trait@crate::InferenceResponse).
    pub fn record_usage(&self, usage: Usage) -> &Self {
        if let Some(call) = &self.0 {
            call.record(|recorded, _| recorded.usage = Some(usage));
        }
        self
    }

    /// Records that the body tries something again, or for the first time: the call of a model, say, of
    /// which the provider was too busy for the one before. The span tells how often, where it was more
    /// than once; the call ends as its last attempt does.
    pub fn record_attempt(&self) -> &Self {
        if let Some(call) = &self.0 {
            call.record(|recorded, _| recorded.attempts += 1);
        }
        self
    }

    /// Adds to the usage what a closure of the site has read.
    pub(super) fn merge_usage(&self, usage: Usage) {
        if let Some(call) = &self.0 {
            call.record(|recorded, _| match &mut recorded.usage {
                Some(known) => known.merge(usage),
                none => *none = Some(usage),
            });
        }
    }

    /// Adds what a mapping has read from the result, or from an item of it.
    pub(super) fn record_response(&self, usage: Option<Usage>, response: Response) {
        if let Some(usage) = usage {
            self.merge_usage(usage);
        }
        if let Some(call) = &self.0 {
            call.record(|recorded, _| match &mut recorded.response {
                Some(known) => known.merge(response),
                none => *none = Some(Box::new(response)),
            });
        }
    }

    /// Takes the tokens that a call below has recorded; gives whether there is a call to take them.
    pub(super) fn take_usage(&self, usage: Usage) -> bool {
        self.record_usage(usage);
        self.is_running()
    }

    /// Records how good what the call made was found to be, as a log event with its span.
    ///
    /// For what is scored after the call has ended, see [`Evaluation`].
    pub fn record_evaluation(&self, evaluation: Evaluation) -> &Self {
        if let Some(call) = &self.0 {
            let (span, scope) = call.origin();
            let record = |pipeline: &Arc<Pipeline>| evaluation.record(pipeline, &span, None);
            with_pipeline_of(scope.as_ref(), record);
        }
        self
    }

    /// Notes that a call below has told of its failure.
    pub(super) fn note_reported(&self, failure: &Failure) {
        if let Some(call) = &self.0 {
            call.record(|recorded, _| recorded.reported = Some(failure.clone()));
        }
    }

    /// Whether content of the call is recorded.
    pub(super) fn captures(&self) -> bool {
        self.0.as_ref().is_some_and(|call| call.captures())
    }

    /// Keeps content for the end of the call.
    pub(super) fn capture(&self, content: Content) {
        if let Some(call) = self.0.as_ref().filter(|call| call.captures()) {
            call.record(|recorded, _| recorded.contents.push(content));
        }
    }

    /// Whether there is a call.
    pub(super) const fn is_running(&self) -> bool {
        self.0.is_some()
    }

    pub(super) fn record_count(&self, count: usize) {
        if let Some(call) = &self.0 {
            call.record(|recorded, _| recorded.count = i64::try_from(count).ok());
        }
    }

    /// There is no result to read anything of.
    pub(super) fn record_absence(&self) {
        if let Some(call) = &self.0 {
            call.record(|recorded, _| recorded.is_absent = true);
        }
    }

    /// What the error is called that the body returns.
    pub(super) fn name_error(&self, name: Cow<'static, str>) {
        if let Some(call) = &self.0 {
            call.record(|recorded, _| recorded.error_type = Some(name));
        }
    }

    /// The error that the body returns is no failure.
    pub(super) fn forgive(&self) {
        if let Some(call) = &self.0 {
            call.record(|recorded, _| recorded.is_forgiven = true);
        }
    }

    /// The context of the call's span: to link to it, or to continue it elsewhere. Where the call is not sampled,
    /// that of the span around it, if there is one.
    #[must_use]
    pub fn span_context(&self) -> SpanContext {
        match &self.0 {
            Some(call) => call.origin().0,
            None => Context::map_current(|context| context.span().span_context().clone()),
        }
    }
}

/// An attribute whose key was checked while compiling; [`attribute!`](crate::attribute) makes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    key: &'static str,
    value: Option<Value>,
}

/// What [`attribute!`](crate::attribute) calls, by the type of the attribute.
pub mod attribute_of {
    use super::{
        Attribute, AttributeBoolean, AttributeDouble, AttributeInteger, AttributeText,
        AttributeTexts, AttributeValue, Constant, Value,
    };

    /// A literal.
    #[must_use]
    pub fn constant(key: &'static str, value: Constant) -> Attribute {
        Attribute { key, value: Some(value.into()) }
    }

    /// An attribute of the application's own.
    pub fn set(key: &'static str, value: &(impl AttributeValue + ?Sized)) -> Attribute {
        Attribute { key, value: value.to_value() }
    }

    /// A string.
    pub fn text(key: &'static str, value: &(impl AttributeText + ?Sized)) -> Attribute {
        Attribute { key, value: value.to_text().map(|text| Value::from(text.into_owned())) }
    }

    /// An integer.
    pub fn integer(key: &'static str, value: &(impl AttributeInteger + ?Sized)) -> Attribute {
        set(key, value)
    }

    /// A number.
    pub fn double(key: &'static str, value: &(impl AttributeDouble + ?Sized)) -> Attribute {
        let value = value.to_double().filter(|value| value.is_finite());
        Attribute { key, value: value.map(Value::F64) }
    }

    /// A boolean.
    pub fn boolean(key: &'static str, value: &(impl AttributeBoolean + ?Sized)) -> Attribute {
        set(key, value)
    }

    /// A list of strings.
    pub fn texts(key: &'static str, value: &(impl AttributeTexts + ?Sized)) -> Attribute {
        set(key, value)
    }
}

impl Attribute {
    pub(super) fn into_key_value(self) -> Option<KeyValue> {
        Some(KeyValue::new(self.key, self.value?))
    }
}

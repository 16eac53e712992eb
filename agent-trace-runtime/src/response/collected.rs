//! What a response, or the items of a stream so far, have told.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use opentelemetry::{Array, KeyValue, StringValue, Value};

use super::known_texts::KnownTexts;
use super::{FinishReason, InferenceResponse, Usage};
use crate::call::{Failure, bounded, quietly};
use crate::content::{Collected, OutputMessage};
use crate::semconv;
use crate::value::push_made;

/// The most choices that are told apart; what a hostile response says of others is not kept.
const MAX_CHOICES: usize = 128;

static MODELS: KnownTexts = KnownTexts::new();
static REASONS: KnownTexts = KnownTexts::new();

/// What stands for the finish reason of a choice that ended without one.
const NO_REASON: &str = "error";

/// What stands for the finish reason of a choice that may still end; no choice is told of with it.
const NOT_FINISHED: &str = "";

/// All that a response tells of itself, or the items of a stream so far.
///
/// Observe each item of a stream as it comes: a count replaces the one before, a name stays until
/// another one is told, and finish reasons gather by choice. An item that tells nothing new costs no
/// allocation.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::response::{InferenceResponse, Response, Usage};
///
/// struct Chunk { text: String, usage: Option<Usage> }
///
/// impl InferenceResponse for Chunk {
///     fn usage(&self) -> Option<Usage> {
///         self.usage
///     }
/// }
///
/// let mut response = Response::default();
/// response.observe(&Chunk { text: "Shipped".into(), usage: None });
/// response.observe(&Chunk { text: String::new(), usage: Some(Usage::new(412, 38)) });
/// assert_eq!(response.usage(), Some(Usage::new(412, 38)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    pub(crate) usage: Option<Usage>,
    model: Option<Cow<'static, str>>,
    id: Option<String>,
    service_tier: Option<String>,
    system_fingerprint: Option<String>,
    error_type: Option<String>,
    /// By choice; empty, or missing, of those that have not finished.
    finish_reasons: Vec<StringValue>,
    choice_count: usize,
    /// Whether what is being observed is no item of a stream.
    is_whole: bool,
    /// What was said, where that is captured.
    output: Option<Box<Collected>>,
}

impl Response {
    /// What `response` tells.
    #[must_use]
    pub fn of(response: &(impl InferenceResponse + ?Sized)) -> Self {
        let mut collected = Self::default();
        collected.observe(response);
        collected
    }

    /// Adds what the next item of a stream tells.
    pub fn observe(&mut self, chunk: &(impl InferenceResponse + ?Sized)) {
        // A whole response may consist of such items.
        let is_whole = std::mem::take(&mut self.is_whole);
        chunk.tell(self);
        self.is_whole = is_whole;
    }

    /// Adds what a response tells that did not come in parts, as far as it does not panic.
    pub(crate) fn observe_whole(&mut self, response: &(impl InferenceResponse + ?Sized)) {
        self.is_whole = true;
        let _ = quietly(|| response.tell(self));
        self.is_whole = false;
    }

    /// Adds what later items of a stream have told.
    pub fn merge(&mut self, later: Self) {
        self.observe_usage(later.usage);
        replace(&mut self.model, later.model);
        replace(&mut self.id, later.id);
        replace(&mut self.service_tier, later.service_tier);
        replace(&mut self.system_fingerprint, later.system_fingerprint);
        replace(&mut self.error_type, later.error_type);
        for (choice, reason) in later.finish_reasons.into_iter().enumerate() {
            if let (false, Some(known)) = (reason.as_str().is_empty(), self.reason_of(choice)) {
                *known = reason;
            }
        }
        self.choice_count = self.choice_count.max(later.choice_count);
        match (&mut self.output, later.output) {
            (_, None) => {}
            (Some(known), Some(later)) => known.merge(*later),
            (none, first) => *none = first,
        }
    }

    /// From now on, what is said is gathered as well: [`InferenceResponse::output_messages`] is asked.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::content::OutputMessage;
    /// use agent_trace_runtime::response::Response;
    ///
    /// let mut response = Response::default();
    /// response.capture_output();
    /// for text in ["Ship", "ped."] {
    ///     response.observe(&serde_json::json!({"choices": [{"index": 0, "delta": {"content": text}}]}));
    /// }
    /// assert_eq!(response.take_output(), [OutputMessage::text("Shipped.")]);
    /// ```
    pub fn capture_output(&mut self) {
        self.output.get_or_insert_default();
    }

    /// One that gathers what is said.
    pub(crate) fn capturing() -> Self {
        let mut response = Self::default();
        response.capture_output();
        response
    }

    /// What was said since [`capture_output`](Self::capture_output), one message for each choice. It
    /// is gathered no longer.
    pub fn take_output(&mut self) -> Vec<OutputMessage> {
        self.output.take().map(|output| output.into_messages()).unwrap_or_default()
    }

    /// Takes back what may have been half of a word when a stream ended too early. To be told once.
    pub(crate) fn end_early(&mut self) {
        if let Some(output) = &mut self.output {
            output.end_early();
        }
    }

    /// Adds what is said, where that is captured.
    #[inline]
    pub(super) fn gather(&mut self, said: impl FnOnce() -> Vec<OutputMessage>) {
        if let Some(output) = &mut self.output {
            output.observe(said());
        }
    }

    /// Asks each getter; what one of them panics about hides nothing of the others.
    pub(super) fn observe_getters(&mut self, chunk: &(impl InferenceResponse + ?Sized)) {
        self.observe_usage(quietly(|| chunk.usage()).flatten());
        self.observe_model(quietly(|| chunk.response_model()).flatten());
        update(&mut self.id, quietly(|| chunk.response_id()).flatten());
        update(&mut self.service_tier, quietly(|| chunk.service_tier()).flatten());
        update(&mut self.system_fingerprint, quietly(|| chunk.system_fingerprint()).flatten());
        update(&mut self.error_type, quietly(|| chunk.error_type()).flatten().as_deref());
        let choice_count = quietly(|| chunk.choice_count()).unwrap_or_default();
        self.choice_count = self.choice_count.max(choice_count.min(MAX_CHOICES));
        if self.is_whole && self.choice_count <= 1 && self.finish_reasons.is_empty() {
            self.observe_only_choice(quietly(|| chunk.finish_reasons()).unwrap_or_default());
        }
        if !self.is_whole || self.finish_reasons.is_empty() {
            for FinishReason { choice, reason } in
                quietly(|| chunk.finished_choices()).unwrap_or_default()
            {
                self.observe_reason(choice, reason);
            }
        }
        self.gather(|| quietly(|| chunk.output_messages()).unwrap_or_default());
    }

    pub(crate) const fn told_usage(&self) -> Option<&Usage> {
        self.usage.as_ref()
    }

    /// Whether it tells of an error.
    pub(crate) const fn has_failed(&self) -> bool {
        self.error_type.is_some()
    }

    /// The failure of a call whose response tells of an error.
    pub(crate) fn failure(&self) -> Option<Failure> {
        let error_type = bounded(self.error_type.clone()?.into());
        Some(Failure::new(error_type, "the response tells of an error"))
    }

    #[inline]
    pub(crate) fn observe_usage(&mut self, usage: Option<Usage>) {
        match (&mut self.usage, usage) {
            (_, None) => {}
            (Some(known), Some(later)) => known.merge(later),
            (none, first) => *none = first,
        }
    }

    /// Of a response that is whole and has one choice, the reason stays in the room that it has.
    fn observe_only_choice(&mut self, reasons: Vec<Cow<'_, str>>) {
        if matches!(&*reasons, [reason] if !reason.is_empty()) {
            self.choice_count = 1;
            self.finish_reasons = reasons.into_iter().map(reason_value).collect();
        }
    }

    fn observe_reason(&mut self, choice: usize, reason: Cow<'_, str>) {
        if reason.is_empty() {
            return;
        }
        if let Some(known) = self.reason_of(choice)
            && known.as_str() != reason
        {
            *known = reason_value(reason);
        }
    }

    /// Most items of a stream tell the same.
    fn observe_model(&mut self, later: Option<&str>) {
        if let Some(later) = later.filter(|later| !later.is_empty())
            && self.model.as_deref() != Some(later)
        {
            let known = MODELS.get(later).map(Cow::Borrowed);
            self.model = known.or_else(|| Some(Cow::Owned(later.to_owned())));
        }
    }

    /// Where the reason of a choice is kept.
    fn reason_of(&mut self, choice: usize) -> Option<&mut StringValue> {
        if choice >= MAX_CHOICES {
            return None;
        }
        if choice >= self.finish_reasons.len() {
            self.finish_reasons.resize(choice + 1, NOT_FINISHED.into());
        }
        self.choice_count = self.choice_count.max(choice + 1);
        self.finish_reasons.get_mut(choice)
    }

    /// The choices that were told of, finished or not.
    fn choices(&self) -> impl Iterator<Item = Option<&str>> {
        let reason = |choice| self.finish_reasons.get(choice).map(StringValue::as_str);
        (0..self.choice_count)
            .map(move |choice| reason(choice).filter(|reason| *reason != NOT_FINISHED))
    }

    pub(crate) fn append_to(&mut self, attributes: &mut Vec<KeyValue>) {
        let mut append = |key: &'static str, name: Option<Cow<'static, str>>| {
            if let Some(name) = name.map(StringValue::from) {
                push_made(attributes, || KeyValue::new(key, name));
            }
        };
        append(semconv::RESPONSE_MODEL, self.model.take());
        append(semconv::RESPONSE_ID, self.id.take().map(Cow::Owned));
        append(semconv::OPENAI_RESPONSE_SERVICE_TIER, self.service_tier.take().map(Cow::Owned));
        append(
            semconv::OPENAI_RESPONSE_SYSTEM_FINGERPRINT,
            self.system_fingerprint.take().map(Cow::Owned),
        );
        if self.choice_count > 0 {
            let mut reasons = std::mem::take(&mut self.finish_reasons);
            reasons.resize(self.choice_count, NOT_FINISHED.into());
            for reason in reasons.iter_mut().filter(|reason| reason.as_str() == NOT_FINISHED) {
                *reason = NO_REASON.into();
            }
            let reasons = Array::String(reasons);
            push_made(attributes, || {
                KeyValue::new(semconv::RESPONSE_FINISH_REASONS, Value::Array(reasons))
            });
        }
        if let Some(usage) = &self.usage {
            usage.append_to(attributes);
        }
    }
}

/// What has been collected can be a function's result, and tells the same again.
impl InferenceResponse for Response {
    fn usage(&self) -> Option<Usage> {
        self.usage
    }

    fn response_model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    fn response_id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn finish_reasons(&self) -> Vec<Cow<'_, str>> {
        self.choices().map(|reason| Cow::Borrowed(reason.unwrap_or(NO_REASON))).collect()
    }

    fn finished_choices(&self) -> Vec<FinishReason<'_>> {
        let choices = self.choices().enumerate();
        choices.filter_map(|(choice, reason)| Some(FinishReason::new(choice, reason?))).collect()
    }

    fn choice_count(&self) -> usize {
        self.choice_count
    }

    fn service_tier(&self) -> Option<&str> {
        self.service_tier.as_deref()
    }

    fn system_fingerprint(&self) -> Option<&str> {
        self.system_fingerprint.as_deref()
    }

    fn output_messages(&self) -> Vec<OutputMessage> {
        self.output.clone().map(|output| output.into_messages()).unwrap_or_default()
    }

    fn error_type(&self) -> Option<Cow<'_, str>> {
        self.error_type.as_deref().map(Cow::Borrowed)
    }
}

fn reason_value(reason: Cow<'_, str>) -> StringValue {
    match REASONS.get(&reason) {
        Some(reason) => reason.into(),
        None => reason.into_owned().into(),
    }
}

/// Takes over a name, unless it is empty or known. Most items of a stream tell none.
#[inline]
fn update(known: &mut Option<String>, later: Option<&str>) {
    if let Some(later) = later.filter(|later| !later.is_empty()) {
        update_with(known, later);
    }
}

fn update_with(known: &mut Option<String>, later: &str) {
    match known {
        Some(known) if known == later => {}
        Some(known) => later.clone_into(known),
        None => *known = Some(later.to_owned()),
    }
}

fn replace<T: AsRef<str>>(known: &mut Option<T>, later: Option<T>) {
    if later.as_ref().is_some_and(|later| !later.as_ref().is_empty()) {
        *known = later;
    }
}

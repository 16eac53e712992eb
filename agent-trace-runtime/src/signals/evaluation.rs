//! Evaluations: how good an output was found to be, as a log event of the call that made it.

use std::borrow::Cow;

use opentelemetry::trace::SpanContext;
use opentelemetry::{Context, KeyValue};

use crate::call::{Pipeline, with_pipeline};
use crate::semconv;

/// What an evaluation of an output found: a score, a word for it, or both.
///
/// It is recorded while the call runs, by [`CurrentCall::record_evaluation`](crate::CurrentCall::record_evaluation);
/// or afterwards, of a span whose context was kept, or of a response by its id. It becomes the log event
/// `gen_ai.evaluation.result`, and goes where log events go, sampled or not.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::{Evaluation, agent, current};
///
/// #[agent(name = "support")]
/// fn answer() -> &'static str {
///     let text = "Your order was shipped.";
///     let is_brief = text.len() < 80;
///     let label = if is_brief { "pass" } else { "fail" };
///     current().record_evaluation(Evaluation::new("brevity").label(label));
///     text
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an evaluation is told by one of its methods, or by `current().record_evaluation(…)`"]
pub struct Evaluation {
    name: Cow<'static, str>,
    score: Option<f64>,
    label: Option<Cow<'static, str>>,
    explanation: Option<String>,
    error_type: Option<Cow<'static, str>>,
}

impl Evaluation {
    /// An evaluation of this quality: `relevance`, `correctness` …
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), score: None, label: None, explanation: None, error_type: None }
    }

    /// The score as a number, on whatever scale the evaluator has. None, where it is no finite number.
    pub fn score(mut self, score: f64) -> Self {
        self.score = Some(score).filter(|score| score.is_finite());
        self
    }

    /// The score as one of few words: `pass`, `relevant` …
    pub fn label(mut self, label: impl Into<Cow<'static, str>>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Why the score was given. It is recorded as it is, so that it should quote nothing secret.
    pub fn explanation(mut self, explanation: impl Into<String>) -> Self {
        self.explanation = Some(explanation.into());
        self
    }

    /// Says that the evaluation itself has failed, and by what kind of error.
    pub fn failed(mut self, error_type: impl Into<Cow<'static, str>>) -> Self {
        self.error_type = Some(error_type.into());
        self
    }

    /// Records it of the span whose context was kept: [`CurrentCall::span_context`](crate::CurrentCall::span_context) gives it.
    ///
    /// ```
    /// use agent_trace_runtime::{Evaluation, current, tool};
    ///
    /// #[tool]
    /// fn lookup_order() -> agent_trace_runtime::opentelemetry::trace::SpanContext {
    ///     current().span_context()
    /// }
    ///
    /// let span = lookup_order();
    /// Evaluation::new("correctness").score(0.9).record_of_span(&span);
    /// ```
    pub fn record_of_span(self, span: &SpanContext) {
        with_pipeline(&Context::current(), |pipeline| self.record(pipeline, span, None));
    }

    /// Records it of the response that has this id, where no span is at hand.
    ///
    /// ```
    /// use agent_trace_runtime::Evaluation;
    ///
    /// Evaluation::new("relevance").score(0.4).label("fail").record_of_response("chatcmpl-123");
    /// ```
    pub fn record_of_response(self, response_id: impl Into<String>) {
        let response_id = Some(response_id.into());
        with_pipeline(&Context::current(), |pipeline| {
            self.record(pipeline, &SpanContext::NONE, response_id);
        });
    }

    pub(crate) fn record(
        self,
        pipeline: &Pipeline,
        span: &SpanContext,
        response_id: Option<String>,
    ) {
        let Self { name, score, label, explanation, error_type } = self;
        let attributes = [
            Some(KeyValue::new(semconv::EVALUATION_NAME, name)),
            score.map(|score| KeyValue::new(semconv::EVALUATION_SCORE_VALUE, score)),
            label.map(|label| KeyValue::new(semconv::EVALUATION_SCORE_LABEL, label)),
            explanation.map(|text| KeyValue::new(semconv::EVALUATION_EXPLANATION, text)),
            error_type.map(|error_type| KeyValue::new(semconv::ERROR_TYPE, error_type)),
            response_id.map(|id| KeyValue::new(semconv::RESPONSE_ID, id)),
        ];
        if let Some(events) = &pipeline.events {
            events.evaluation(span, attributes.into_iter().flatten());
        }
    }
}

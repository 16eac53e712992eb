//! What a call leaves when it ends: the rest of its span, and its metrics.

use std::time::Duration;

use opentelemetry::trace::{SpanContext, SpanRef, Status, TraceContextExt};
use opentelemetry::{Context, KeyValue};
use serde_json::Value;

use super::active::Running;
use super::agent_run::AgentRun;
use super::current::current;
use super::dispatch::{Pipeline, with_pipeline};
use super::open::{self, OpenCall};
use super::outcome::{Failure, Outcome};
use super::site::{CallSite, Operation};
use crate::content::{Content, to_any_value};
use crate::response::{InferenceResponse, Response, Usage};
use crate::semconv;
use crate::semconv::metrics::Measure;
use crate::semconv::openinference;
use crate::signals::{Events, Labels, Metrics, Settings};

/// All that is known of a call at its end.
struct Told {
    attributes: Vec<KeyValue>,
    response: Response,
    failure: Option<Failure>,
    /// Whether it need not tell of its usage.
    is_excused: bool,
    time_to_first_chunk: Option<Duration>,
    contents: Vec<Content>,
    /// Whether the failure is one that a call below has told of.
    is_reported_below: bool,
}

impl Running {
    /// Ends the span of a call that was dropped before its end, when nobody expects it to tell more.
    pub(super) fn end_dropped(&mut self) {
        if let (Some(streamed), true) = (&mut self.streamed, self.site.cancel_is_ok) {
            streamed.outcome.response.end_early();
        }
        self.end(match &self.streamed {
            _ if self.site.cancel_is_ok => Outcome::default(),
            Some(_) => Outcome::abandoned(),
            None => Outcome::cancelled(),
        });
    }

    /// Ends the call; gives whether it has told of its usage, or need not: it failed, or nobody asked.
    pub(super) fn end(&mut self, outcome: Outcome) -> bool {
        if let Some(place) = self.place.take() {
            let Some(open) = open::close(place) else { return true };
            self.attributes = open.attributes;
        }
        let Some(context) = self.current.context().cloned() else { return true };
        let span = context.span();
        if !self.observed.is_any() {
            span.end();
            return true;
        }
        let elapsed = self.started.elapsed();
        let mut told = self.told(outcome);
        let has_told = told.is_excused || told.response.usage.is_some();
        // Telemetry that has ended takes nothing more.
        with_pipeline(&context, |pipeline| {
            if let Some(metrics) = &pipeline.metrics {
                told.measure(self.site, metrics, elapsed, &context);
            }
            let settings = &pipeline.settings;
            let content = settings.content.prepare(std::mem::take(&mut told.contents));
            if let Some(events) = &pipeline.events {
                self.report(events, settings, &told, &content, span.span_context());
            }
            if self.observed.span {
                told.write(self.site, &span, settings, content);
            }
        });
        span.end_with_timestamp(self.started.after(elapsed));
        has_told
    }

    /// Brings together what the arguments, the body, the result and the stream have told.
    fn told(&mut self, outcome: Outcome) -> Told {
        let mut attributes = std::mem::take(&mut self.attributes);
        let recorded = self.current.take_recorded();
        for attribute in recorded.attributes {
            attributes.retain(|known| known.key != attribute.key);
            attributes.push(attribute);
        }
        let mut response = outcome.response;
        let mut time_to_first_chunk = None;
        let is_stream = self.streamed.is_some();
        if let Some(mut streamed) = self.streamed.take() {
            if outcome.failure.is_some() || streamed.outcome.response.has_failed() {
                streamed.outcome.response.end_early();
            }
            let is_inference = self.site.operation.is_inference();
            time_to_first_chunk = streamed.time_to_first_chunk.filter(|_| is_inference);
            if self.observed.span || self.observed.details {
                // The site may have said so already, at the start or with the arguments.
                let is_stream = |key: &str| key == semconv::REQUEST_STREAM;
                let is_said = attributes.iter().any(|known| is_stream(known.key.as_str()))
                    || self.site.constants().iter().any(|(key, _)| is_stream(key));
                let is_news = is_inference && !is_said;
                let time = time_to_first_chunk.map(|time| time.as_secs_f64());
                attributes.extend(
                    [
                        is_news.then(|| KeyValue::new(semconv::REQUEST_STREAM, true)),
                        time.map(|time| KeyValue::new(semconv::TIME_TO_FIRST_CHUNK, time)),
                        Some(KeyValue::new(semconv::STREAM_CHUNK_COUNT, streamed.chunks)),
                    ]
                    .into_iter()
                    .flatten(),
                );
            }
            response.merge(streamed.outcome.response);
        }
        if let Some(mapped) = recorded.response {
            response.merge(*mapped);
        }
        let by_hand = recorded.usage.filter(|usage| !self.hands_on(*usage));
        if !is_stream && by_hand.is_some() {
            response.usage = None;
        }
        response.observe_usage(by_hand);
        if let (Some(key), Some(count)) = (self.site.operation.count_key(), recorded.count)
            && !attributes.iter().any(|known| known.key.as_str() == key)
        {
            attributes.push(KeyValue::new(key, count));
        }
        if recorded.attempts > 1 {
            attributes.push(KeyValue::new(semconv::ATTEMPT_COUNT, recorded.attempts));
        }
        let mut failure = outcome.failure;
        let is_absent = outcome.is_absent || recorded.is_absent || failure.is_some();
        if let (Some(failure), Some(name)) = (&mut failure, recorded.error_type) {
            failure.error_type = name;
        }
        let failure = failure.filter(|_| !recorded.is_forgiven).or_else(|| response.failure());
        let is_excused = is_absent || failure.is_some();
        let mut contents = recorded.contents;
        let output = response.take_output();
        if !output.is_empty() {
            contents.push(Content::OutputMessages(output));
        }
        let is_reported_below = failure.as_ref().is_some_and(|failure| {
            recorded.reported.as_ref().is_some_and(|below| failure.repeats(below))
        });
        Told {
            attributes,
            response,
            failure,
            is_excused,
            time_to_first_chunk,
            contents,
            is_reported_below,
        }
    }

    /// Tokens that the body of a tool or a step has recorded are those of the call around it, which now is the
    /// running one; so it goes up to the model call.
    fn hands_on(&self, usage: Usage) -> bool {
        let takes_it = self.site.is_model_call()
            || matches!(self.site.operation, Operation::Agent | Operation::RemoteAgent);
        !takes_it && current().take_usage(usage)
    }

    /// Tells of an error once, where it happened: by the event of the call of a service that it ended.
    fn report(
        &self,
        events: &Events,
        settings: &Settings,
        told: &Told,
        content: &[(&'static str, Value)],
        span: &SpanContext,
    ) {
        if let Some(failure) = &told.failure
            && failure.is_exception
        {
            let is_news = self.observed.errors && !told.is_reported_below;
            if is_news {
                events.exception(span, &failure.error_type, &failure.text(settings));
            }
            if is_news || told.is_reported_below {
                // The call around it may fail by the same error, which has been told of.
                current().note_reported(failure);
            }
        }
        if self.observed.details {
            let content = content.iter().filter(|_| settings.content.capture.is_on_events());
            let content = content.map(|(key, value)| (*key, to_any_value(value)));
            events.details(span, told.details(self.site, settings), content);
        }
    }
}

impl Told {
    fn measure(
        &self,
        site: &'static CallSite,
        metrics: &Metrics,
        elapsed: Duration,
        context: &Context,
    ) {
        let run = AgentRun::around(context);
        let agent = run.and_then(AgentRun::name);
        let model = self.response.response_model();
        let Some(labels) = Labels::of(site, &self.attributes, agent, model) else { return };
        let series = metrics.series(&labels);
        let operation = site.operation;
        let error_type = self.failure.as_ref().map(|failure| &*failure.error_type);
        let measure = match operation {
            Operation::Inference(_) => Measure::InferenceDuration,
            Operation::Agent => Measure::AgentDuration,
            Operation::Workflow => Measure::WorkflowDuration,
            Operation::Tool => Measure::ToolDuration,
            _ => Measure::OperationDuration,
        };
        metrics.record_duration(&series, measure, elapsed.as_secs_f64(), error_type);
        if let Some(time) = self.time_to_first_chunk {
            metrics.record_seconds(&series, Measure::TimeToFirstChunk, time.as_secs_f64());
        }
        if let (true, Some(usage)) = (site.is_model_call(), &self.response.usage) {
            metrics.record_usage(&series, usage);
        }
        if let (Operation::Agent, Some(run)) = (operation, run) {
            metrics.record_number(&series, Measure::InferenceCalls, run.inference_calls());
            metrics.record_number(&series, Measure::ToolCalls, run.tool_calls());
        }
    }

    /// The attributes of an inference on its log event: those of its span that are the conventions'.
    fn details(&self, site: &'static CallSite, settings: &Settings) -> Vec<KeyValue> {
        let mut attributes = site.start_attributes();
        attributes.extend(self.attributes.iter().cloned());
        self.response.clone().append_to(&mut attributes);
        if let Some(failure) = &self.failure {
            attributes.push(KeyValue::new(semconv::ERROR_TYPE, failure.error_type.clone()));
        }
        settings.conventions.name(&mut attributes);
        attributes.retain(|known| {
            let key = known.key.as_str();
            key.starts_with("gen_ai.") || key.starts_with("server.") || key == semconv::ERROR_TYPE
        });
        attributes
    }

    fn write(
        self,
        site: &'static CallSite,
        span: &SpanRef<'_>,
        settings: &Settings,
        content: Vec<(&'static str, Value)>,
    ) {
        let Self { mut attributes, response, failure, .. } = self;
        response.append_to(&mut attributes);
        if let Some(failure) = failure {
            span.set_status(Status::error(failure.text(settings).into_owned()));
            attributes.push(KeyValue::new(semconv::ERROR_TYPE, failure.error_type));
        }
        let content = if settings.content.capture.is_on_spans() { content } else { Vec::new() };
        let repeated = if settings.openinference {
            let mut known = site.start_attributes();
            known.extend(attributes.iter().cloned());
            openinference::attributes(site.operation, &known, &content)
        } else {
            Vec::new()
        };
        settings.conventions.name(&mut attributes);
        attributes.extend(content.into_iter().map(|(key, value)| match value {
            Value::String(text) => KeyValue::new(key, text),
            structured => KeyValue::new(key, structured.to_string()),
        }));
        // A span takes so many attributes: what only repeats others comes last.
        attributes.extend(repeated);
        if !attributes.is_empty() {
            span.set_attributes(attributes);
        }
    }
}

impl OpenCall {
    /// Ends the span of a call that is in flight when telemetry ends. What its body has told is lost, since it
    /// would be told at the end.
    pub(crate) fn end(self, pipeline: &Pipeline) {
        let span = self.context.span();
        let elapsed = self.started.elapsed();
        let outcome = if self.site.cancel_is_ok { Outcome::default() } else { Outcome::cut_off() };
        let told = Told {
            attributes: self.attributes,
            response: Response::default(),
            failure: outcome.failure,
            is_excused: true,
            time_to_first_chunk: None,
            contents: Vec::new(),
            is_reported_below: false,
        };
        if let Some(metrics) = &pipeline.metrics {
            told.measure(self.site, metrics, elapsed, &self.context);
        }
        if span.is_recording() {
            told.write(self.site, &span, &pipeline.settings, Vec::new());
        }
        span.end_with_timestamp(self.started.after(elapsed));
    }
}

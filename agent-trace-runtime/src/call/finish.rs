//! What a call leaves when it ends: what it has told is brought together, measured, reported, and goes on its span.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::KeyValue;
use serde_json::Value;

use super::active::Running;
use super::agent_run::AgentRun;
use super::context_attributes::ContextAttributes;
use super::current::current;
use super::dispatch::{Pipeline, with_global};
use super::missing_usage;
use super::outcome::{Failure, Outcome};
use super::site::Operation;
use super::span::{self, Open, Record, Recorded};
use super::streamed::Streamed;
use crate::content::{Content, to_any_value};
use crate::response::{InferenceResponse, Response};
use crate::semconv;
use crate::semconv::metrics::Measure;
use crate::signals::{Events, Metrics, Settings, Told};

/// All that is known of a call at its end.
pub(super) struct Ended<'a> {
    pub(super) open: &'a mut Open,
    pub(super) elapsed: Duration,
    pub(super) response: &'a mut Option<Response>,
    pub(super) failure: Option<Failure>,
    /// Whether it need not tell of its usage.
    is_excused: bool,
    time_to_first_chunk: Option<Duration>,
}

impl Running {
    /// Ends the span of a call that was dropped before its end, when nobody expects it to tell more.
    pub(super) fn end_dropped(mut self: Box<Self>) {
        let cancel_is_ok = self.site.cancel_is_ok;
        if let (Some(streamed), true) = (&mut self.streamed, cancel_is_ok) {
            streamed.response.end_early();
        }
        let mut outcome = match &self.streamed {
            _ if cancel_is_ok => Outcome::absent(),
            Some(_) => Outcome::abandoned(),
            None => Outcome::cancelled(),
        };
        self.end(&mut outcome);
    }

    /// Ends the call, unless telemetry has ended it before.
    pub(super) fn end(self: Box<Self>, outcome: &mut Outcome) {
        // Found before the call is taken: telemetry that ends waits for those who have found it.
        with_global(|global| self.end_in(global, outcome));
    }

    fn end_in(mut self: Box<Self>, global: Option<&Arc<Pipeline>>, outcome: &mut Outcome) {
        let Some(mut open) = self.close() else { return };
        let streamed = self.streamed.take();
        open.hand_on_usage();
        let (site, scope) = (open.site, open.scope.take());
        let mut ended = Ended::new(&mut open, &mut outcome.response);
        ended.gather(outcome.failure.take(), outcome.is_absent, streamed);
        if let Some(pipeline) = scope.as_ref().map(|scope| &scope.0).or(global) {
            ended.tell(pipeline);
        }
        let usage = ended.response.as_ref().and_then(Response::told_usage);
        if !ended.is_excused && usage.is_none() && site.expects_usage() {
            missing_usage::note(site);
        }
        span::give_back(self, open);
    }
}

impl Record {
    /// Ends a call that is in flight when the global telemetry ends.
    pub(super) fn end_with_telemetry(self: &Arc<Self>, pipeline: &Pipeline) {
        let Some(mut open) = self.close_shared(|open| open.scope.is_none()) else { return };
        let mut outcome =
            if open.site.cancel_is_ok { Outcome::absent() } else { Outcome::cut_off() };
        let mut ended = Ended::new(&mut open, &mut outcome.response);
        ended.gather(outcome.failure.take(), outcome.is_absent, None);
        ended.tell(pipeline);
    }
}

impl Open {
    /// Tokens that the body of a tool or a step has recorded are those of the call around it, which now is the
    /// running one; so it goes up to the model call.
    fn hand_on_usage(&mut self) {
        let takes_it = self.site.is_model_call()
            || matches!(self.site.operation, Operation::Agent | Operation::RemoteAgent);
        if let Some(recorded) = self.recorded.as_mut().filter(|_| !takes_it) {
            recorded.usage = recorded.usage.filter(|usage| !current().take_usage(*usage));
        }
    }
}

impl<'a> Ended<'a> {
    #[inline]
    fn new(open: &'a mut Open, response: &'a mut Option<Response>) -> Self {
        Self {
            elapsed: open.started.elapsed(),
            open,
            response,
            failure: None,
            is_excused: false,
            time_to_first_chunk: None,
        }
    }

    /// Brings together what the arguments, the body, the result and the stream have told.
    #[inline]
    fn gather(
        &mut self,
        failure: Option<Failure>,
        is_absent: bool,
        streamed: Option<Box<Streamed>>,
    ) {
        self.is_excused = is_absent || failure.is_some();
        self.failure = failure;
        let is_stream = streamed.is_some();
        if let Some(streamed) = streamed {
            self.add_stream(*streamed);
        }
        if let Some(mut recorded) = self.open.recorded.take() {
            self.add_recorded(&mut recorded, is_stream);
            self.open.recorded = Some(recorded);
        }
        if let (None, Some(response)) = (&self.failure, &self.response) {
            self.failure = response.failure();
            self.is_excused |= self.failure.is_some();
        }
    }

    fn add_stream(&mut self, mut streamed: Streamed) {
        if self.failure.is_some() || streamed.response.has_failed() {
            streamed.response.end_early();
        }
        let is_inference = self.open.site.operation.is_inference();
        self.time_to_first_chunk = streamed.time_to_first_chunk.filter(|_| is_inference);
        if self.open.observed.is_recording() {
            // The site may have said so already, at the start or with the arguments.
            let is_news = is_inference && !self.has(semconv::REQUEST_STREAM);
            let time = self.time_to_first_chunk.map(|time| time.as_secs_f64());
            self.open.attributes.extend(
                [
                    is_news.then(|| KeyValue::new(semconv::REQUEST_STREAM, true)),
                    time.map(|time| KeyValue::new(semconv::TIME_TO_FIRST_CHUNK, time)),
                    Some(KeyValue::new(semconv::STREAM_CHUNK_COUNT, streamed.chunks)),
                ]
                .into_iter()
                .flatten(),
            );
        }
        *self.response = Some(streamed.response);
    }

    /// Adds what was recorded by hand, which goes before what the result says by itself.
    fn add_recorded(&mut self, recorded: &mut Recorded, is_stream: bool) {
        for attribute in recorded.attributes.drain(..) {
            self.open.replace_attribute(attribute);
        }
        if let Some(mapped) = recorded.response.take() {
            self.response.get_or_insert_default().merge(*mapped);
        }
        if let Some(usage) = recorded.usage.take() {
            let response = self.response.get_or_insert_default();
            if !is_stream {
                response.usage = None;
            }
            response.observe_usage(Some(usage));
        }
        if let (Some(key), Some(count)) = (self.open.site.operation.count_key(), recorded.count)
            && !self.has(key)
        {
            self.open.attributes.push(KeyValue::new(key, count));
        }
        if recorded.attempts > 1 {
            self.open.attributes.push(KeyValue::new(semconv::ATTEMPT_COUNT, recorded.attempts));
        }
        self.is_excused |= recorded.is_absent;
        self.failure = self.failure.take().or_else(|| recorded.failure.take());
        if let (Some(failure), Some(name)) = (&mut self.failure, recorded.error_type.take()) {
            failure.error_type = name;
        }
        if recorded.is_forgiven {
            self.failure = None;
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.open.attributes.iter().any(|known| known.key.as_str() == key)
    }

    fn tell(&mut self, pipeline: &Pipeline) {
        if let Some(metrics) = &pipeline.metrics {
            self.measure(metrics);
        }
        // After what tells metrics apart.
        self.add_around();
        let settings = &pipeline.settings;
        let mut content = Vec::new();
        if self.open.observed.content {
            content = settings.content.prepare(self.take_contents());
        }
        if let Some(events) = &pipeline.events {
            self.report(events, settings, &content);
        }
        if self.open.observed.span {
            self.hand_over_span(pipeline, &mut content);
        }
    }

    /// Adds what the context says of the call, where that has not said it by itself.
    #[inline]
    fn add_around(&mut self) {
        let Some(around) = &self.open.around else { return };
        for attribute in around.on(self.open.site.operation) {
            if !self.open.attributes.iter().any(|known| known.key == attribute.key) {
                self.open.attributes.push(attribute.clone());
            }
        }
    }

    fn take_contents(&mut self) -> Vec<Content> {
        let mut contents = match &mut self.open.recorded {
            Some(recorded) => std::mem::take(&mut recorded.contents),
            None => Vec::new(),
        };
        let output = self.response.as_mut().map(Response::take_output).unwrap_or_default();
        if !output.is_empty() {
            contents.push(Content::OutputMessages(output));
        }
        contents
    }

    fn measure(&self, metrics: &Metrics) {
        let site = self.open.site;
        let run = self.open.run.as_deref();
        let agent = run.and_then(AgentRun::name).map(|name| &**name);
        let response = self.response.as_ref();
        let model = response.and_then(InferenceResponse::response_model);
        let Some(told) = Told::of(site, self.open.told_attributes(), agent, model) else {
            return;
        };
        let measure = match site.operation {
            Operation::Inference(_) => Measure::InferenceDuration,
            Operation::Agent => Measure::AgentDuration,
            Operation::Workflow => Measure::WorkflowDuration,
            Operation::Tool => Measure::ToolDuration,
            _ => Measure::OperationDuration,
        };
        let error_type = self.failure.as_ref().map(|failure| &*failure.error_type);
        metrics.with_series(&told, &site.series, |series| {
            if let Some(time) = self.time_to_first_chunk {
                metrics.record_seconds(series, Measure::TimeToFirstChunk, time.as_secs_f64());
            }
            if let (true, Some(usage)) =
                (site.is_model_call(), response.and_then(Response::told_usage))
            {
                metrics.record_usage(series, usage);
            }
            metrics.record_duration(series, measure, self.elapsed.as_secs_f64(), error_type);
            if let (Operation::Agent, Some(run)) = (site.operation, run) {
                metrics.record_number(series, Measure::InferenceCalls, run.inference_calls());
                metrics.record_number(series, Measure::ToolCalls, run.tool_calls());
            }
        });
    }

    /// Tells of an error once, where it happened: by the event of the call of a service that it ended.
    fn report(&self, events: &Events, settings: &Settings, content: &[(&'static str, Value)]) {
        let Open { span_context, observed, .. } = &*self.open;
        if let Some(failure) = &self.failure
            && failure.is_exception
        {
            let below = self.open.recorded.as_ref().and_then(|recorded| recorded.reported.as_ref());
            let is_reported_below = below.is_some_and(|below| failure.repeats(below));
            let is_news = observed.errors && !is_reported_below;
            if is_news {
                events.exception(span_context, &failure.error_type, &failure.text(settings));
            }
            if is_news || is_reported_below {
                // The call around it may fail by the same error, which has been told of.
                current().note_reported(failure);
            }
        }
        if observed.details {
            let content = content.iter().filter(|_| settings.content.capture.is_on_events());
            let content = content.map(|(key, value)| (*key, to_any_value(value)));
            events.details(span_context, self.details(settings), content);
        }
    }

    /// The attributes of an inference on its log event: those of its span that are the conventions' or its context's.
    fn details(&self, settings: &Settings) -> Vec<KeyValue> {
        let mut attributes = self.open.attributes.clone();
        if let Some(response) = &*self.response {
            response.clone().append_to(&mut attributes);
        }
        if let Some(failure) = &self.failure {
            attributes.push(KeyValue::new(semconv::ERROR_TYPE, failure.error_type.clone()));
        }
        settings.conventions.name(&mut attributes);
        attributes.retain(|known| {
            let key = known.key.as_str();
            let is_of =
                |around: &ContextAttributes| around.iter().any(|other| other.key == known.key);
            key.starts_with("gen_ai.")
                || key.starts_with("server.")
                || key == semconv::ERROR_TYPE
                || self.open.around.as_ref().is_some_and(is_of)
        });
        attributes
    }
}

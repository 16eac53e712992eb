//! The span of a call that has ended: with all that the call has told, as the SDK would hand it over.

use std::borrow::Cow;
use std::time::SystemTime;

use opentelemetry::trace::{Status, TraceContextExt};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};
use serde_json::Value;

use super::dispatch::Pipeline;
use super::finish::Ended;
use super::span::{copied, cut};
use crate::semconv;
use crate::semconv::openinference;
use crate::signals::Settings;

impl Ended<'_> {
    /// Hands over the span as the SDK would.
    pub(super) fn hand_over_span(
        &mut self,
        pipeline: &Pipeline,
        content: &mut Vec<(&'static str, Value)>,
    ) {
        let settings = &pipeline.settings;
        let mut status = match &self.failure {
            Some(failure) => Status::error(failure.text(settings).into_owned()),
            None => Status::Unset,
        };
        self.complete_attributes(settings, content);
        if let Some(joined) = self.open.joined.take() {
            if joined.span().is_recording() {
                return self.join(&joined);
            }
            // The request is over, and takes no more.
            pipeline.spans.part(self.open);
        }
        let most = self.open.limits.max_attributes_per_span;
        let mut dropped = cut(&mut self.open.attributes, most);
        let start_time = SystemTime::from(self.open.start_time);
        let mut end_time = start_time + self.elapsed;
        if let Some(recorded) = &mut self.open.recorded {
            dropped = dropped.saturating_add(recorded.dropped_attributes);
            if recorded.status > status {
                status = std::mem::take(&mut recorded.status);
            }
            end_time = recorded.ended_at.unwrap_or(end_time);
        }
        pipeline.spans.hand_over(|| SpanData {
            span_context: copied(&self.open.span_context),
            parent_span_id: self.open.parent.span_id,
            parent_span_is_remote: self.open.parent.is_remote,
            span_kind: self.open.site.operation.kind(),
            name: self.open.name.take().unwrap_or(Cow::Borrowed(self.open.site.span_name())),
            start_time,
            end_time,
            attributes: std::mem::take(&mut self.open.attributes),
            dropped_attributes_count: dropped,
            events: match &mut self.open.recorded {
                Some(recorded) => std::mem::take(&mut recorded.events),
                None => SpanEvents::default(),
            },
            links: match &mut self.open.recorded {
                Some(recorded) => std::mem::take(&mut recorded.links),
                None => SpanLinks::default(),
            },
            status,
            instrumentation_scope: pipeline.instrumentation(),
        });
    }

    /// Tells the span that stands for the call what it does not know yet. How that ended is for the request to say: an
    /// error of the call can be one that the handler deals with, and is an event of it.
    fn join(&mut self, joined: &Context) {
        let span = joined.span();
        let of_request = [semconv::OPERATION_NAME, semconv::TOOL_NAME, semconv::ERROR_TYPE];
        let error =
            self.open.attributes.iter().find(|told| told.key.as_str() == semconv::ERROR_TYPE);
        if let Some(error) = error {
            let error_type = KeyValue::new(semconv::EXCEPTION_TYPE, error.value.clone());
            span.add_event("exception", vec![error_type]);
        }
        let attributes = self.open.attributes.drain(..);
        span.set_attributes(attributes.filter(|told| !of_request.contains(&told.key.as_str())));
        if let Some(recorded) = &mut self.open.recorded {
            for event in recorded.events.events.drain(..) {
                span.add_event_with_timestamp(event.name, event.timestamp, event.attributes);
            }
            for link in recorded.links.links.drain(..) {
                span.add_link(link.span_context, link.attributes);
            }
            span.set_status(std::mem::take(&mut recorded.status));
        }
    }

    /// Adds to the attributes what the call has told, in the order of how much it says.
    fn complete_attributes(
        &mut self,
        settings: &Settings,
        content: &mut Vec<(&'static str, Value)>,
    ) {
        let operation = self.open.site.operation;
        let is_of_agent = operation.is_of_agent() && settings.conventions.has_latest();
        if let (true, Some(run)) = (is_of_agent, &self.open.run)
            && let Some(agent) = run.name()
            && !self.has(semconv::AGENT_NAME)
        {
            self.open.attributes.push(KeyValue::new(semconv::AGENT_NAME, agent.clone()));
        }
        let attributes = &mut self.open.attributes;
        if let Some(response) = self.response {
            response.append_to(attributes);
        }
        if let Some(failure) = &mut self.failure {
            let error_type = std::mem::take(&mut failure.error_type);
            attributes.push(KeyValue::new(semconv::ERROR_TYPE, error_type));
        }
        if !settings.content.capture.is_on_spans() {
            content.clear();
        }
        // A span takes so many attributes: what only repeats others comes last.
        let repeated = settings
            .openinference
            .then(|| openinference::attributes(operation, attributes, content));
        settings.conventions.name(attributes);
        if !content.is_empty() {
            attributes.extend(content.drain(..).map(|(key, value)| match value {
                Value::String(text) => KeyValue::new(key, text),
                structured => KeyValue::new(key, structured.to_string()),
            }));
        }
        if let Some(repeated) = repeated {
            attributes.extend(repeated);
        }
    }
}

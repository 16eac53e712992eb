//! What is recorded of calls.

use std::sync::Arc;

use super::TelemetryBuilder;
use crate::content::{Limits, Redact, Upload};
use crate::semconv::Conventions;
use crate::signals::ContentCapture;

impl TelemetryBuilder {
    /// Whether spans have the attributes of OpenInference as well (`openinference.span.kind`, `llm.*`,
    /// `input.value` …), for back ends that read only those. `AGENT_TRACE_OPENINFERENCE=true` says the same.
    pub const fn openinference(mut self, are_recorded: bool) -> Self {
        self.openinference = Some(are_recorded);
        self
    }

    /// Where the content is recorded that sites name in `capture(…)`. Nowhere, where nothing is said.
    pub const fn content(mut self, capture: ContentCapture) -> Self {
        self.capture = Some(capture);
        self
    }

    /// What content passes through before any of it leaves a call: it sees the structured messages, and may
    /// change or drop them. Texts of errors pass through it as well.
    ///
    /// ```
    /// use agent_trace_runtime::content::Content;
    /// use agent_trace_runtime::{ContentCapture, Telemetry};
    ///
    /// let builder = Telemetry::builder().content(ContentCapture::Spans).redact(|mut content: Content| {
    ///     content.map_text(|text| *text = text.replace("acme", "[customer]"));
    ///     Some(content)
    /// });
    /// # drop(builder);
    /// ```
    pub fn redact(mut self, redactor: impl Redact + 'static) -> Self {
        self.content.redactor = Some(Arc::new(redactor));
        self
    }

    /// Takes bytes out of content, images say, and gives a reference to record in their place. Without it
    /// their size, media type and digest are recorded.
    pub fn upload(mut self, upload: impl Upload + 'static) -> Self {
        self.content.upload = Some(Arc::new(upload));
        self
    }

    /// How much content is recorded.
    pub const fn content_limits(mut self, limits: Limits) -> Self {
        self.content.limits = limits;
        self
    }

    /// Whether each inference is repeated as a log event, `gen_ai.client.inference.operation.details`, which is
    /// told of calls that are not sampled, too. `OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT=true` says the same.
    pub const fn inference_details(mut self, are_recorded: bool) -> Self {
        self.inference_details = Some(are_recorded);
        self
    }

    /// Whether the texts of errors are recorded, in a span's status and in the event of the error.
    ///
    /// They are where content is, and not where nothing is said: an error may quote what a user or a model
    /// wrote. Its type is always recorded. `AGENT_TRACE_ERROR_MESSAGES=true` says the same.
    pub const fn error_messages(mut self, are_recorded: bool) -> Self {
        self.error_messages = Some(are_recorded);
        self
    }

    /// Which version of the GenAI conventions is followed.
    pub const fn conventions(mut self, conventions: Conventions) -> Self {
        self.conventions = Some(conventions);
        self
    }
}

//! Spans, metrics and log events in memory, for tests of instrumented code.

mod builder;
mod events;
mod metrics;

use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use opentelemetry::trace::{SpanId, SpanKind, TraceId};
use opentelemetry::{Context, ContextGuard, Value};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanData, SpanProcessor};

use crate::InstallError;
use crate::call::{Pipeline, clear_global, scope_ended};
use crate::semconv;
use crate::tree::{Ending, attribute, ending, rows, tokens};

pub use builder::RecorderBuilder;
use events::EventLog;
pub use events::RecordedEvent;
use metrics::Reader;
pub use metrics::{RecordedMetric, RecordedSeries};

/// Records the spans of one test in memory.
///
/// It sees the calls below its own context: those of the thread that installed it, and those of
/// tasks and threads that carry the context on ([`spawn`](crate::spawn),
/// [`FutureExt`](crate::FutureExt)). Tests that run in parallel do not see each other's spans.
/// Spans that are opened by hand through OpenTelemetry's global API are seen too, unless the
/// application has set a global provider of its own.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::testing::Recorder;
/// use agent_trace_runtime::{agent, tool};
///
/// #[tool]
/// fn lookup_order(id: u32) -> Result<&'static str, std::fmt::Error> {
///     if id == 7 { Ok("shipped") } else { Err(std::fmt::Error) }
/// }
///
/// #[agent(name = "support")]
/// fn answer() -> &'static str {
///     lookup_order(8).or_else(|_| lookup_order(7)).unwrap_or("unknown")
/// }
///
/// let recorder = Recorder::install();
/// assert_eq!(answer(), "shipped");
/// assert_eq!(
///     recorder.tree(),
///     "\
/// invoke_agent support
/// ├─ execute_tool lookup_order [error core::fmt::Error]
/// └─ execute_tool lookup_order
/// ",
/// );
/// ```
#[derive(Debug)]
#[must_use = "a recorder that is dropped records nothing"]
pub struct Recorder {
    pipeline: Arc<Pipeline>,
    memory: Memory,
    reach: Reach,
}

/// What a recorder has seen.
#[derive(Debug, Default)]
struct Memory {
    spans: Spans,
    metrics: Reader,
    events: EventLog,
}

#[derive(Debug)]
enum Reach {
    /// Detaches the scope from the thread when dropped.
    Scope(#[expect(dead_code, reason = "held for its drop")] ContextGuard),
    Process,
}

impl Recorder {
    /// Configures a recorder.
    pub fn builder() -> RecorderBuilder {
        RecorderBuilder::new()
    }

    /// Records every call below the present context, with all of their spans.
    pub fn install() -> Self {
        Self::builder().install()
    }

    /// Records every call of this process that no other recorder claims, on any thread.
    ///
    /// # Errors
    ///
    /// As [`RecorderBuilder::install_global`].
    pub fn install_global() -> Result<Self, InstallError> {
        Self::builder().install_global()
    }

    /// All spans that have ended, in the order of their ends.
    #[must_use]
    pub fn spans(&self) -> Vec<RecordedSpan> {
        self.memory.spans.copy().into_iter().map(RecordedSpan).collect()
    }

    /// The ended spans of this name, in the order of their ends.
    #[must_use]
    pub fn spans_named(&self, name: &str) -> Vec<RecordedSpan> {
        self.spans().into_iter().filter(|span| span.name() == name).collect()
    }

    /// The one ended span of this name.
    ///
    /// # Panics
    ///
    /// Where there is none or more than one; the message shows the tree.
    #[must_use]
    #[track_caller]
    pub fn span(&self, name: &str) -> RecordedSpan {
        let mut found = self.spans_named(name);
        match (found.pop(), found.is_empty()) {
            (Some(span), true) => span,
            (last, _) => {
                let count = found.len() + usize::from(last.is_some());
                panic!("{count} spans are named `{name}`, not one, in:\n{}", self.tree())
            }
        }
    }

    /// The ended spans as a tree, a line each: name, tokens where there are any, and how it ended
    /// where it did not succeed. Siblings stand in the order of their starts.
    #[must_use]
    pub fn tree(&self) -> String {
        let spans = self.memory.spans.copy();
        let mut text = String::new();
        for row in rows(&spans) {
            let _ = write!(text, "{}{}", row.branch, row.span.name);
            if let Some((input, output)) = tokens(row.span) {
                let _ = write!(text, " [{input}→{output} tokens]");
            }
            match ending(row.span) {
                Ending::Ok => {}
                Ending::Cancelled => text.push_str(" [cancelled]"),
                Ending::Failed(error_type) => {
                    let _ = write!(text, " [error {error_type}]");
                }
            }
            text.push('\n');
        }
        text
    }

    /// All metrics that have a value, in the order of their names.
    #[must_use]
    pub fn metrics(&self) -> Vec<RecordedMetric> {
        self.memory.metrics.read()
    }

    /// The metric of this name.
    ///
    /// # Panics
    ///
    /// Where it has no value; the message names those that have.
    #[must_use]
    #[track_caller]
    pub fn metric(&self, name: &str) -> RecordedMetric {
        let mut metrics = self.metrics();
        match metrics.iter().position(|metric| metric.name() == name) {
            Some(position) => metrics.swap_remove(position),
            None => {
                let names: Vec<&str> = metrics.iter().map(RecordedMetric::name).collect();
                panic!("`{name}` has no value; these have: {}", names.join(", "))
            }
        }
    }

    /// All log events, in the order in which they came.
    #[must_use]
    pub fn events(&self) -> Vec<RecordedEvent> {
        self.memory.events.read()
    }

    /// The provider behind this recorder, for spans that the test opens by hand.
    #[must_use]
    pub fn tracer_provider(&self) -> &SdkTracerProvider {
        self.pipeline.spans.provider()
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        match self.reach {
            Reach::Scope(_) => scope_ended(),
            Reach::Process => clear_global(&self.pipeline),
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Spans(Arc<Mutex<Vec<SpanData>>>);

impl Spans {
    fn copy(&self) -> Vec<SpanData> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl SpanProcessor for Spans {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// A span that has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedSpan(SpanData);

impl RecordedSpan {
    /// The span's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The span's kind.
    #[must_use]
    pub fn kind(&self) -> &SpanKind {
        &self.0.span_kind
    }

    /// The value of an attribute, or `None` where the span does not have it.
    #[must_use]
    pub fn attribute(&self, key: &str) -> Option<&Value> {
        attribute(&self.0, key)
    }

    /// The keys of all attributes, sorted; a key that was set twice stands twice.
    #[must_use]
    pub fn attribute_keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> =
            self.0.attributes.iter().map(|known| known.key.as_str()).collect();
        keys.sort_unstable();
        keys
    }

    /// The value of `error.type`, which only failed calls have.
    #[must_use]
    pub fn error_type(&self) -> Option<&str> {
        match self.attribute(semconv::ERROR_TYPE) {
            Some(Value::String(name)) => Some(name.as_str()),
            _ => None,
        }
    }

    /// The trace that the span belongs to.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.0.span_context.trace_id()
    }

    /// The span's id.
    #[must_use]
    pub fn span_id(&self) -> SpanId {
        self.0.span_context.span_id()
    }

    /// The id of the span's parent; [`SpanId::INVALID`] for a root.
    #[must_use]
    pub fn parent_span_id(&self) -> SpanId {
        self.0.parent_span_id
    }

    /// Everything that the SDK exports of the span.
    #[must_use]
    pub fn data(&self) -> &SpanData {
        &self.0
    }
}

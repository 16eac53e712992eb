//! Prints finished traces as trees to stderr: the first look, with nothing installed.

mod events;
mod metrics;
mod render;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use opentelemetry::trace::TraceId;
use opentelemetry::{Context, Key};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

pub(crate) use events::EventPrinter;
pub(crate) use metrics::MetricsPrinter;
use render::{Summary, render};

/// The most finished spans that wait for the rest of their traces. Beyond it a trace is printed
/// as far as it is known, so that a span that never ends does not hold memory for ever.
const MAX_WAITING: usize = 10_000;

/// Collects the spans of each trace and prints the trace when none of its spans is open any more.
///
/// A processor and not an exporter, since only a processor hears that a span has started.
#[derive(Debug, Default)]
pub(crate) struct ConsoleProcessor {
    traces: Mutex<Traces>,
    service: String,
}

#[derive(Debug, Default)]
struct Traces {
    by_id: HashMap<TraceId, Trace>,
    waiting: usize,
}

#[derive(Debug, Default)]
struct Trace {
    open: usize,
    finished: Vec<SpanData>,
}

impl Traces {
    fn started(&mut self, id: TraceId) {
        self.by_id.entry(id).or_default().open += 1;
    }

    /// Takes a finished span, and gives the trace back if it is to be printed now.
    fn finished(&mut self, span: SpanData) -> Option<Trace> {
        self.waiting += 1;
        match self.by_id.entry(span.span_context.trace_id()) {
            Entry::Vacant(_) => {
                self.waiting -= 1;
                Some(Trace { open: 0, finished: vec![span] })
            }
            Entry::Occupied(mut entry) => {
                let trace = entry.get_mut();
                trace.open = trace.open.saturating_sub(1);
                trace.finished.push(span);
                if trace.open == 0 {
                    let trace = entry.remove();
                    self.waiting -= trace.finished.len();
                    return Some(trace);
                }
                if self.waiting <= MAX_WAITING {
                    return None;
                }
                let finished = std::mem::take(&mut trace.finished);
                self.waiting -= finished.len();
                Some(Trace { open: trace.open, finished })
            }
        }
    }

    fn take_all(&mut self) -> Vec<Trace> {
        self.waiting = 0;
        self.by_id.drain().map(|(_, trace)| trace).collect()
    }
}

impl ConsoleProcessor {
    fn with_traces<T>(&self, with: impl FnOnce(&mut Traces) -> T) -> T {
        with(&mut self.traces.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn print(&self, trace: &Trace) {
        if trace.finished.is_empty() {
            return;
        }
        let width = terminal_size::terminal_size_of(std::io::stderr())
            .map(|(terminal_size::Width(width), _)| usize::from(width));
        let summary = Summary { service: &self.service, open: trace.open };
        let text = render(&trace.finished, &summary, width);
        // A closed stderr is no reason to fail the call that has just ended.
        let _ = anstream::stderr().lock().write_all(text.as_bytes());
    }
}

impl SpanProcessor for ConsoleProcessor {
    fn on_start(&self, span: &mut Span, _context: &Context) {
        let id = opentelemetry::trace::Span::span_context(span).trace_id();
        self.with_traces(|traces| traces.started(id));
    }

    fn on_end(&self, span: SpanData) {
        if let Some(trace) = self.with_traces(|traces| traces.finished(span)) {
            self.print(&trace);
        }
    }

    /// Prints nothing: a trace with open spans would be torn in two.
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        for trace in self.with_traces(Traces::take_all) {
            self.print(&trace);
        }
        Ok(())
    }

    fn set_resource(&mut self, resource: &Resource) {
        let service = resource.get(&Key::from_static_str("service.name"));
        let service = service.map(|name| name.as_str().into_owned()).unwrap_or_default();
        // The SDK's stand-in for a service that has no name; the program's name says more alone.
        self.service = match service.strip_prefix("unknown_service:") {
            Some(program) => program.to_owned(),
            None => service,
        };
    }
}

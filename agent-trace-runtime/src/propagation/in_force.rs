//! What is in force: the formats, and what baggage may tell to whom.

use std::borrow::Cow;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use opentelemetry::baggage::BaggageExt;
use opentelemetry::propagation::Extractor;
use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, KeyValue};

use super::carrier::Destination;
use super::formats::baggage;
use super::hosts::Hosts;
use super::origin;
use super::propagator::Propagator;
use crate::call::{ContextAttributes, with_pipeline};

/// How contexts travel, as telemetry was configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Propagation {
    pub(crate) propagators: Vec<Propagator>,
    /// The keys of baggage that become attributes of spans, and of attributes that become baggage.
    pub(crate) keys: Vec<String>,
    /// Who may be told the baggage.
    pub(crate) hosts: Hosts,
}

impl Default for Propagation {
    fn default() -> Self {
        let propagators = vec![Propagator::TraceContext, Propagator::Baggage];
        Self { propagators, keys: Vec::new(), hosts: Hosts::default() }
    }
}

/// What is in force although nothing is installed: a process that records nothing still passes on what came.
static WHILE_DISABLED: ArcSwapOption<Propagation> = ArcSwapOption::const_empty();

/// Lets contexts travel while telemetry is disabled, as the specification has it.
pub(crate) fn set_while_disabled(propagation: Option<Propagation>) {
    WHILE_DISABLED.store(propagation.map(Arc::new));
}

/// Runs `with` on what is in force where `context` belongs, if anything is.
pub(crate) fn in_force<R>(context: &Context, with: impl FnOnce(&Propagation) -> R) -> Option<R> {
    let mut with = Some(with);
    let result = with_pipeline(context, |pipeline| {
        with.take().map(|with| with(&pipeline.settings.propagation))
    });
    result.flatten().or_else(|| {
        let disabled = WHILE_DISABLED.load();
        Some(with.take()?(disabled.as_ref()?))
    })
}

impl Propagation {
    /// Writes what is to travel of `context` to `host`, where that is known.
    pub(super) fn inject(
        &self,
        context: &Context,
        host: Option<&str>,
        destination: &mut dyn Destination,
    ) {
        // What telemetry itself sends belongs to no trace.
        if context.is_telemetry_suppressed() {
            return;
        }
        let span = context.span();
        let span = span.span_context();
        if span.is_valid() {
            for propagator in &self.propagators {
                propagator.inject_span(span, destination);
            }
        }
        if !self.propagators.contains(&Propagator::Baggage) {
            return;
        }
        // That of another request, whose headers were handed on, may not go there either.
        destination.remove(baggage::NAME);
        if self.hosts.allow(host) {
            let attributes = ContextAttributes::of(context);
            let told = attributes.into_iter().flat_map(ContextAttributes::iter);
            let told: Vec<(&str, Cow<'_, str>)> = told
                .map(|told| (told.key.as_str(), told.value.as_str()))
                .filter(|(key, _)| self.is_shared(key))
                .collect();
            let is_told = |key: &str| told.iter().any(|(known, _)| *known == key);
            let others = context.baggage().iter().filter(|(key, _)| !is_told(key.as_str()));
            let others = others
                .map(|(key, (value, metadata))| (key.as_str(), value.as_str(), metadata.as_str()));
            let told = told.iter().map(|(key, value)| (*key, &**value, ""));
            baggage::inject(told.chain(others), destination);
        }
    }

    /// What came, on top of `context`.
    pub(super) fn extract(&self, context: &Context, headers: &dyn Extractor) -> Context {
        if origin::is_untrusted(context) {
            return context.clone();
        }
        let spans = self.propagators.iter().rev();
        let span = spans.filter_map(|propagator| propagator.extract_span(headers)).next();
        let context = match span {
            Some(span) => origin::below(context, span),
            None => context.clone(),
        };
        if !self.propagators.contains(&Propagator::Baggage) {
            return context;
        }
        let Some(baggage) = baggage::extract(headers) else { return context };
        let shared = self.keys.iter().filter_map(|key| {
            Some(KeyValue::new(key.clone(), baggage.get(key)?.as_str().to_owned()))
        });
        let attributes: Vec<KeyValue> = shared.collect();
        let context = context.with_baggage(baggage);
        if attributes.is_empty() {
            return context;
        }
        let attributes = attributes.into_iter();
        attributes
            .fold(ContextAttributes::new(), ContextAttributes::with_key_value)
            .within(&context)
    }

    fn is_shared(&self, key: &str) -> bool {
        self.keys.iter().any(|shared| shared == key)
    }
}

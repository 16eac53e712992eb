//! OpenTelemetry's global tracer provider, which belongs to the application first.

use std::sync::Mutex;
use std::sync::PoisonError;

use opentelemetry::trace::{
    Span, SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, Tracer,
    TracerProvider,
};
use opentelemetry::{Context, global};

/// Held while the global provider is looked at and set, which must not interleave.
static SETTING: Mutex<IsOurs> = Mutex::new(IsOurs(false));

/// Whether the present global provider is one that this crate set.
struct IsOurs(bool);

/// Makes `provider` the global one, unless the application has set one and does not want it
/// replaced.
pub(super) fn install<P>(provider: &P, replace: bool)
where
    P: TracerProvider + Clone + Send + Sync + 'static,
    P::Tracer: Send + Sync + 'static,
    <P::Tracer as Tracer>::Span: Send + Sync + 'static,
{
    let mut is_ours = SETTING.lock().unwrap_or_else(PoisonError::into_inner);
    if replace || is_ours.0 || is_unset() {
        global::set_tracer_provider(provider.clone());
        is_ours.0 = true;
    }
}

/// Makes `provider` the global one, if there is none at all.
pub(crate) fn install_if_free<P>(provider: P)
where
    P: TracerProvider + Send + Sync + 'static,
    P::Tracer: Send + Sync + 'static,
    <P::Tracer as Tracer>::Span: Send + Sync + 'static,
{
    let mut is_ours = SETTING.lock().unwrap_or_else(PoisonError::into_inner);
    if !is_ours.0 && is_unset() {
        global::set_tracer_provider(provider);
        is_ours.0 = true;
    }
}

/// The API does not say whether a global provider was set. But only its no-op tracer passes on the
/// parent's span context as its own; a span of the SDK has a new one, and under suppression none.
fn is_unset() -> bool {
    let parent = SpanContext::new(
        TraceId::from_bytes([1; 16]),
        SpanId::from_bytes([1; 8]),
        TraceFlags::NOT_SAMPLED,
        false,
        TraceState::NONE,
    );
    let context = Context::new().with_remote_span_context(parent.clone());
    let tracer = global::tracer("agent-trace-runtime");
    let span = tracer.start_with_context("", &context.with_telemetry_suppressed());
    *span.span_context() == parent
}

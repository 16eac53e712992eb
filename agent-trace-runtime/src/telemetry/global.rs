//! OpenTelemetry's global tracer provider: for spans that are opened by hand and by other libraries.
//!
//! It belongs to the application first. Where there is none, ours is set, once: it passes each span on
//! to the pipeline of the span's context, as annotated calls find theirs.

use std::cell::Cell;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use arc_swap::ArcSwapOption;
use opentelemetry::trace::{
    Span as _, SpanBuilder, SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState,
    Tracer, TracerProvider,
};
use opentelemetry::{Context, InstrumentationScope, global};
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider, Span};

use crate::call::{Pipeline, with_pipeline};
use crate::propagation::RoutingPropagator;

/// Takes the spans that belong to no pipeline: they record nothing.
static NOWHERE: LazyLock<SdkTracerProvider> =
    LazyLock::new(|| SdkTracerProvider::builder().with_sampler(Sampler::AlwaysOff).build());

/// Makes ours the global provider and propagator, unless the application has set its own and does not want it
/// replaced.
pub(crate) fn install(replace: bool) {
    /// Held while the global provider is looked at and set, which must not interleave.
    static SETTING: Mutex<()> = Mutex::new(());

    let _setting = SETTING.lock().unwrap_or_else(PoisonError::into_inner);
    if replace || present() == Present::None {
        global::set_tracer_provider(RoutingProvider);
    }
    install_propagator(replace);
}

/// Makes ours the global propagator, unless the application has set one and does not want it replaced: all but
/// that of none know the names of their headers.
pub(super) fn install_propagator(replace: bool) {
    let is_set = global::get_text_map_propagator(|known| known.fields().next().is_some());
    if replace || !is_set {
        global::set_text_map_propagator(RoutingPropagator);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Present {
    None,
    Ours,
    TheApplications,
}

thread_local! {
    /// Set by our tracer while `present` looks for it.
    static ANSWER: Cell<Present> = const { Cell::new(Present::None) };
}

/// Finds out whose the global provider is, which the API does not say. Ours answers by itself. Of the
/// others only the API's no-op passes on the parent's span context as its own; a span of the SDK has a
/// new one, and under suppression none.
fn present() -> Present {
    let parent = SpanContext::new(
        TraceId::from_bytes([1; 16]),
        SpanId::from_bytes([1; 8]),
        TraceFlags::NOT_SAMPLED,
        false,
        TraceState::NONE,
    );
    let context = Context::new().with_remote_span_context(parent.clone());
    ANSWER.set(Present::TheApplications);
    let tracer = global::tracer(env!("CARGO_PKG_NAME"));
    let span = tracer.start_with_context("", &context.with_telemetry_suppressed());
    if *span.span_context() == parent { Present::None } else { ANSWER.get() }
}

#[derive(Debug)]
struct RoutingProvider;

#[derive(Debug)]
struct RoutingTracer {
    scope: InstrumentationScope,
    /// The tracer of the pipeline that was asked last, which is nearly always the one asked next.
    last: ArcSwapOption<(Arc<Pipeline>, SdkTracer)>,
}

impl TracerProvider for RoutingProvider {
    type Tracer = RoutingTracer;

    fn tracer_with_scope(&self, scope: InstrumentationScope) -> RoutingTracer {
        RoutingTracer { scope, last: ArcSwapOption::empty() }
    }
}

impl RoutingTracer {
    fn build_in(&self, pipeline: &Arc<Pipeline>, builder: SpanBuilder, parent: &Context) -> Span {
        if let Some(last) = &*self.last.load()
            && Arc::ptr_eq(&last.0, pipeline)
        {
            return last.1.build_with_context(builder, parent);
        }
        let tracer = pipeline.spans.provider().tracer_with_scope(self.scope.clone());
        let span = tracer.build_with_context(builder, parent);
        self.last.store(Some(Arc::new((Arc::clone(pipeline), tracer))));
        span
    }
}

impl Tracer for RoutingTracer {
    type Span = Span;

    fn build_with_context(&self, builder: SpanBuilder, parent: &Context) -> Span {
        ANSWER.set(Present::Ours);
        let mut builder = Some(builder);
        let span = with_pipeline(parent, |pipeline| {
            self.build_in(pipeline, builder.take().unwrap_or_default(), parent)
        });
        span.unwrap_or_else(|| {
            let builder = builder.unwrap_or_default();
            NOWHERE.tracer_with_scope(self.scope.clone()).build_with_context(builder, parent)
        })
    }
}

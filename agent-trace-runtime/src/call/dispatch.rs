//! Where a call goes: the installed telemetry, a test's recorder, or nowhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arc_swap::ArcSwapOption;
use opentelemetry::{Context, InstrumentationScope, trace::TracerProvider};
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};

use super::open;
use crate::signals::{Events, Metrics, Settings};

/// A tracer provider and the tracer that annotated calls use; made once, since a tracer from the
/// API's global costs two allocations.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(crate) tracer: SdkTracer,
    pub(crate) provider: SdkTracerProvider,
    pub(crate) metrics: Option<Metrics>,
    pub(crate) events: Option<Events>,
    pub(crate) settings: Settings,
    /// Whether calls that are open when it ends are ended by it.
    pub(crate) ends_open_calls: bool,
}

/// Where the signals of a pipeline go.
#[derive(Debug)]
pub(crate) struct Providers {
    pub(crate) spans: SdkTracerProvider,
    pub(crate) metrics: Option<SdkMeterProvider>,
    pub(crate) events: Option<SdkLoggerProvider>,
}

impl Pipeline {
    pub(crate) fn new(providers: Providers, settings: Settings) -> Self {
        let scope = InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
            .with_version(env!("CARGO_PKG_VERSION"));
        let conventions = settings.conventions;
        let scope = match conventions.schema_url() {
            Some(url) => scope.with_schema_url(url).build(),
            None => scope.build(),
        };
        let Providers { spans: provider, metrics, events } = providers;
        let tracer = provider.tracer_with_scope(scope.clone());
        let metrics = metrics.map(|provider| Metrics::new(provider, scope.clone(), conventions));
        let events = events.map(|provider| Events::new(provider, scope));
        Self { tracer, provider, metrics, events, settings, ends_open_calls: false }
    }

    /// Whether each inference is repeated as a log event.
    pub(crate) const fn has_details(&self) -> bool {
        self.events.is_some() && self.settings.has_details()
    }

    /// The same pipeline, which ends open calls.
    pub(crate) fn ending_open_calls(self) -> Self {
        Self { ends_open_calls: true, ..self }
    }

    /// Ends all calls that are open.
    pub(crate) fn end_open_calls(&self) {
        for call in open::drain() {
            call.end(self);
        }
    }
}

/// A pipeline for the calls below one context, ahead of the global one.
#[derive(Clone, Debug)]
pub(crate) struct Scope(pub(crate) Arc<Pipeline>);

/// The global pipeline counts as one, each living scope as two: zero means off, one means that no
/// call has to look into its context for a scope.
static ACTIVE: AtomicUsize = AtomicUsize::new(0);
const GLOBAL_UNIT: usize = 1;
const SCOPE_UNIT: usize = 2;

static GLOBAL: ArcSwapOption<Pipeline> = ArcSwapOption::const_empty();

#[inline]
pub(crate) fn is_off() -> bool {
    ACTIVE.load(Ordering::Relaxed) == 0
}

/// Runs `with` on the pipeline that a call in `context` belongs to.
pub(crate) fn with_pipeline<R>(
    context: &Context,
    with: impl FnOnce(&Arc<Pipeline>) -> R,
) -> Option<R> {
    if ACTIVE.load(Ordering::Relaxed) >= SCOPE_UNIT
        && let Some(Scope(pipeline)) = context.get::<Scope>()
    {
        return Some(with(pipeline));
    }
    GLOBAL.load().as_ref().map(with)
}

/// Whether there is a global pipeline.
pub(crate) fn is_global_set() -> bool {
    GLOBAL.load().is_some()
}

/// Makes `pipeline` the global one; false where there is one already.
pub(crate) fn set_global(pipeline: Arc<Pipeline>) -> bool {
    let previous = GLOBAL.compare_and_swap(&None::<Arc<Pipeline>>, Some(pipeline));
    let is_set = previous.is_none();
    if is_set {
        ACTIVE.fetch_add(GLOBAL_UNIT, Ordering::Release);
    }
    is_set
}

/// Takes `pipeline` back, where it is the global one.
pub(crate) fn clear_global(pipeline: &Arc<Pipeline>) {
    let previous = GLOBAL.compare_and_swap(pipeline, None);
    if previous.as_ref().is_some_and(|previous| Arc::ptr_eq(previous, pipeline)) {
        ACTIVE.fetch_sub(GLOBAL_UNIT, Ordering::Release);
    }
}

pub(crate) fn scope_started() {
    ACTIVE.fetch_add(SCOPE_UNIT, Ordering::Release);
}

pub(crate) fn scope_ended() {
    ACTIVE.fetch_sub(SCOPE_UNIT, Ordering::Release);
}

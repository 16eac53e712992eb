//! Where a call goes: the installed telemetry, a test's recorder, or nowhere.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering, fence};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use arc_swap::ArcSwapOption;
#[cfg(any(feature = "rmcp", feature = "tower"))]
use opentelemetry::trace::TracerProvider;
use opentelemetry::{Context, InstrumentationScope};
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
#[cfg(any(feature = "rmcp", feature = "tower"))]
use opentelemetry_sdk::trace::SdkTracer;

use super::agent_run::Naming;
use super::moment::Moment;
use super::span::{self, Spans};
use super::start_rules::StartRules;
use crate::semconv::Conventions;
use crate::signals::{Events, Metrics, Settings};

/// Where the signals of annotated calls go, and what is said on the way.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(crate) spans: Spans,
    pub(crate) metrics: Option<Metrics>,
    pub(crate) events: Option<Events>,
    pub(crate) settings: Settings,
    pub(super) rules: StartRules,
    /// Where its metrics or spans name agents.
    _naming: Option<Naming>,
    /// Makes the spans of requests between services.
    #[cfg(any(feature = "rmcp", feature = "tower"))]
    pub(crate) tracer: SdkTracer,
}

/// Where the signals of a pipeline go.
#[derive(Debug)]
pub(crate) struct Providers {
    pub(crate) spans: Spans,
    pub(crate) metrics: Option<SdkMeterProvider>,
    pub(crate) events: Option<SdkLoggerProvider>,
}

impl Pipeline {
    pub(crate) fn new(providers: Providers, settings: Settings) -> Self {
        let conventions = settings.conventions;
        let scope = instrumentation(conventions);
        Moment::prepare();
        let Providers { spans, metrics, events } = providers;
        let metrics = metrics.map(|provider| Metrics::new(provider, scope.clone(), conventions));
        let events = events.map(|provider| Events::new(provider, scope.clone()));
        Self {
            #[cfg(any(feature = "rmcp", feature = "tower"))]
            tracer: spans.provider().tracer_with_scope(scope.clone()),
            rules: StartRules::new(&spans, &settings, metrics.is_some(), events.is_some()),
            spans,
            _naming: (metrics.is_some() || conventions.has_latest()).then(Naming::begin),
            metrics,
            events,
            settings,
        }
    }

    /// What makes its signals. To make it takes less time than to clone it, which asks of each part what it is.
    #[inline]
    pub(crate) fn instrumentation(&self) -> InstrumentationScope {
        instrumentation(self.settings.conventions)
    }

    /// Ends all calls that are open and go to the global pipeline, which this was.
    pub(crate) fn end_open_calls(&self) {
        for record in span::all() {
            record.end_with_telemetry(self);
        }
    }
}

#[inline]
fn instrumentation(conventions: Conventions) -> InstrumentationScope {
    let scope = InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
        .with_version(env!("CARGO_PKG_VERSION"));
    match conventions.schema_url() {
        Some(url) => scope.with_schema_url(url).build(),
        None => scope.build(),
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

/// What the global pipeline says of calls that start. It may say nothing, which only costs time, but it never says
/// what no pipeline does that is there.
static RULES: AtomicU32 = AtomicU32::new(0);

/// How many global pipelines there were.
static NUMBER: AtomicU32 = AtomicU32::new(0);

static GLOBAL: ArcSwapOption<Global> = ArcSwapOption::const_empty();

/// The global pipeline as calls find it. Only those share it who have just found it, for as long as they tell it something.
#[derive(Debug)]
struct Global {
    pipeline: Arc<Pipeline>,
    /// Whether it takes no more calls, and only the ends of those that it has.
    is_closing: bool,
    /// Nothing is ever sent: that it is dropped tells that nobody shares this any more.
    last: OnceLock<Sender<()>>,
}

/// How long the end of telemetry waits for those who have just found it: for a thread that the machine has put off, and not for a
/// processor that hangs.
const PATIENCE: Duration = Duration::from_millis(250);

#[inline]
pub(crate) fn is_off() -> bool {
    ACTIVE.load(Ordering::Relaxed) == 0
}

/// Tells the compiler to write what stands beside it apart: the way of a call that does nothing has then nothing to jump
/// over, and that of other calls is one jump longer.
#[cold]
pub(super) const fn out_of_line() {}

/// The pipeline that calls in `context` belong to, where it is not the global one.
#[inline]
pub(crate) fn scope_of(context: &Context) -> Option<&Scope> {
    if ACTIVE.load(Ordering::Relaxed) < SCOPE_UNIT { None } else { context.get::<Scope>() }
}

/// Runs `with` on the pipeline that a call in `context` belongs to.
pub(crate) fn with_pipeline<R>(
    context: &Context,
    with: impl FnOnce(&Arc<Pipeline>) -> R,
) -> Option<R> {
    with_pipeline_of(scope_of(context), with)
}

/// Runs `with` on the pipeline of this scope, or else on the global one.
pub(crate) fn with_pipeline_of<R>(
    scope: Option<&Scope>,
    with: impl FnOnce(&Arc<Pipeline>) -> R,
) -> Option<R> {
    match scope {
        Some(Scope(pipeline)) => Some(with(pipeline)),
        None => with_global(|global| global.map(with)),
    }
}

/// How a call in `context` begins, where that is for the global pipeline to say. Once it has begun, it asks whether they
/// [`hold`].
#[inline]
pub(super) fn rules_to_begin(context: &Context) -> Option<StartRules> {
    match scope_of(context) {
        Some(_) => None,
        // What the pipeline has prepared before it said so is there.
        None => StartRules::from_word(RULES.load(Ordering::Acquire)),
    }
}

/// Whether these are the rules still. If so, the end of their pipeline finds each call that has begun by them: it says so first, and looks for
/// calls then, as a call begins first, and looks at this then, all in one order (`SeqCst`).
#[inline]
pub(super) fn hold(rules: StartRules) -> bool {
    RULES.load(Ordering::SeqCst) == rules.word()
}

fn forget_rules() {
    RULES.store(0, Ordering::SeqCst);
    fence(Ordering::SeqCst);
}

/// Runs `with` on the pipeline that a call in `context` begins in.
pub(super) fn with_pipeline_to_begin<R>(
    context: &Context,
    with: impl FnOnce(&Arc<Pipeline>) -> R,
) -> Option<R> {
    match scope_of(context) {
        Some(Scope(pipeline)) => Some(with(pipeline)),
        None => {
            let global = GLOBAL.load();
            global.as_ref().filter(|global| !global.is_closing).map(|global| with(&global.pipeline))
        }
    }
}

/// Runs `with` on the global pipeline, where there is one: its end waits for `with`.
#[inline]
pub(super) fn with_global<R>(with: impl FnOnce(Option<&Arc<Pipeline>>) -> R) -> R {
    with(GLOBAL.load().as_ref().map(|global| &global.pipeline))
}

/// Whether there is a global pipeline.
pub(crate) fn is_global_set() -> bool {
    GLOBAL.load().is_some()
}

/// Makes `pipeline` the global one; false where there is one already.
pub(crate) fn set_global(pipeline: Arc<Pipeline>) -> bool {
    let rules = pipeline.rules.numbered(NUMBER.fetch_add(1, Ordering::Relaxed));
    let is_set = replace_global(None, Some(Global::new(pipeline, false)));
    if is_set {
        RULES.store(rules.word(), Ordering::Release);
        ACTIVE.fetch_add(GLOBAL_UNIT, Ordering::Release);
    }
    is_set
}

/// Takes `pipeline` back, where it is the global one.
pub(crate) fn clear_global(pipeline: &Arc<Pipeline>) {
    let Some(open) = Global::open(pipeline) else { return };
    // Before there can be another one, whose rules these would be.
    forget_rules();
    if replace_global(Some(&open), None) {
        ACTIVE.fetch_sub(GLOBAL_UNIT, Ordering::Release);
    }
}

/// The same, and ends the calls that it has: none of them is left that does not tell of its end, by itself or here.
pub(crate) fn end_global(pipeline: &Arc<Pipeline>) {
    let Some(open) = Global::open(pipeline) else { return };
    let closing = Global::new(Arc::clone(pipeline), true);
    if !replace_global(Some(&open), Some(Arc::clone(&closing))) {
        return;
    }
    forget_rules();
    ACTIVE.fetch_sub(GLOBAL_UNIT, Ordering::Release);
    // Behind this, no call begins any more.
    open.wait_for_others();
    pipeline.end_open_calls();
    replace_global(Some(&closing), None);
    // And behind this, none is telling of its end.
    closing.wait_for_others();
}

impl Global {
    fn new(pipeline: Arc<Pipeline>, is_closing: bool) -> Arc<Self> {
        Arc::new(Self { pipeline, is_closing, last: OnceLock::new() })
    }

    /// This pipeline, where it is global and not about to end.
    fn open(pipeline: &Arc<Pipeline>) -> Option<Arc<Self>> {
        let is_it =
            |global: &Arc<Self>| !global.is_closing && Arc::ptr_eq(&global.pipeline, pipeline);
        GLOBAL.load_full().filter(is_it)
    }

    /// Waits until nobody shares it, when it can no longer be found.
    fn wait_for_others(self: Arc<Self>) {
        let (last, gone) = mpsc::channel();
        let _ = self.last.set(last);
        drop(self);
        let _ = gone.recv_timeout(PATIENCE);
    }
}

/// Whether `known` was what calls found, and `next` is now.
fn replace_global(known: Option<&Arc<Global>>, next: Option<Arc<Global>>) -> bool {
    let known = known.cloned();
    let previous = GLOBAL.compare_and_swap(&known, next);
    match (&*previous, &known) {
        (Some(previous), Some(known)) => Arc::ptr_eq(previous, known),
        (None, None) => true,
        _ => false,
    }
}

pub(crate) fn scope_started() {
    ACTIVE.fetch_add(SCOPE_UNIT, Ordering::Release);
}

pub(crate) fn scope_ended() {
    ACTIVE.fetch_sub(SCOPE_UNIT, Ordering::Release);
}

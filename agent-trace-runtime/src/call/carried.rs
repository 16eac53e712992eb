//! The running call on its way to another task or thread.

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use opentelemetry::Context;
use pin_project_lite::pin_project;

use super::context_attributes::ContextAttributes;
use super::current::{Attached, Current, attach, detach, present_context, running};

/// Takes up the running call and OpenTelemetry's context, to go on below them elsewhere.
///
/// For every runtime, pool and kind of thread. For those of tokio and of the standard library there are short
/// forms: `spawn`, `spawn_in`, `spawn_blocking` and [`spawn_thread`](crate::spawn_thread).
///
/// # Examples
///
/// Many at once, in a pool of threads or in scoped ones:
///
/// ```
/// use agent_trace_runtime::{agent, carry, tool};
///
/// #[tool]
/// fn score(document: &str) -> usize { document.len() }
///
/// #[agent]
/// fn rank(documents: &[&str]) -> Vec<usize> {
///     let carried = &carry();
///     // With rayon: documents.par_iter().map(|document| carried.enter(|| score(document))).collect()
///     std::thread::scope(|threads| {
///         let scores: Vec<_> = documents
///             .iter()
///             .map(|document| threads.spawn(move || carried.enter(|| score(document))))
///             .collect();
///         scores.into_iter().map(|score| score.join().unwrap_or(0)).collect()
///     })
/// }
///
/// assert_eq!(rank(&["tides", "moon"]), [5, 4]);
/// ```
#[must_use]
pub fn carry() -> Carried {
    Carried { call: running(), context: present_context() }
}

/// The running call and the context of OpenTelemetry, as they were where [`carry`] was called.
///
/// What is entered with it becomes a child of the span that was current there, and
/// [`current()`](crate::current()) is the same call as there. It may be entered any number of times, from any
/// threads at once, and be kept longer than the call.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::{Carried, agent, carry, tool};
/// use agent_trace_runtime::testing::Recorder;
///
/// #[agent]
/// fn begins() -> Carried { carry() }
///
/// #[tool]
/// fn goes_on() {}
///
/// let recorder = Recorder::install();
/// let carried = begins();
/// std::thread::spawn(move || carried.enter(goes_on)).join().unwrap();
/// assert_eq!(recorder.tree(), "invoke_agent begins\n└─ execute_tool goes_on\n");
/// ```
#[derive(Clone, Debug)]
pub struct Carried {
    call: Current,
    context: Context,
}

// What is shared here is looked at only behind a lock, which nobody's panic leaves half done.
impl UnwindSafe for Carried {}
impl RefUnwindSafe for Carried {}

/// A context that no call of this process has carried, as what came from another one.
impl From<Context> for Carried {
    fn from(context: Context) -> Self {
        Self { call: None, context }
    }
}

impl Carried {
    /// Runs `body` below the call, on the present thread.
    pub fn enter<T>(&self, body: impl FnOnce() -> T) -> T {
        self.clone().enter_mut(body)
    }

    /// The same future, which runs below the call wherever it is polled and dropped.
    ///
    /// ```
    /// use agent_trace_runtime::{carry, workflow};
    ///
    /// #[workflow]
    /// async fn nightly(local: &tokio::task::LocalSet) {
    ///     local.spawn_local(carry().wrap(async { /* … */ }));
    /// }
    /// ```
    pub fn wrap<F: Future>(self, future: F) -> CarriedFuture<F> {
        CarriedFuture { future: Some(future), place: Place::There(self) }
    }

    /// The same function, which runs below the call wherever it is called.
    ///
    /// ```
    /// use agent_trace_runtime::{carry, workflow};
    ///
    /// #[workflow]
    /// fn nightly() {
    ///     // With rayon: rayon::spawn(carry().wrap_fn(|| { … }))
    ///     std::thread::scope(|threads| {
    ///         threads.spawn(carry().wrap_fn(|| { /* … */ }));
    ///     });
    /// }
    /// # nightly();
    /// ```
    pub fn wrap_fn<F, T>(mut self, function: F) -> impl FnOnce() -> T + use<F, T>
    where
        F: FnOnce() -> T,
    {
        move || self.enter_mut(function)
    }

    pub(super) const fn context(&self) -> &Context {
        &self.context
    }

    /// The same call, in the context that `map` makes.
    pub(super) fn map_context(self, map: impl FnOnce(&Context) -> Context) -> Self {
        Self { call: self.call, context: map(&self.context) }
    }

    /// [`enter`](Self::enter) for what is entered by one at a time, which shares nothing once more.
    pub(super) fn enter_mut<T>(&mut self, body: impl FnOnce() -> T) -> T {
        let attached = attach(&mut self.call, || self.context.clone().attach());
        let entered = Entered { attached, call: &mut self.call };
        let output = body();
        drop(entered);
        output
    }
}

/// The time in which a body executes; unlike a call's own, its end ends no span.
struct Entered<'a> {
    call: &'a mut Current,
    attached: Attached,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        detach(self.call, &mut self.attached);
    }
}

pin_project! {
    /// A future that runs below the call that was carried to it, or with the attributes of its context;
    /// [`Carried::wrap`] and [`ContextAttributes::scope`] make it.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct CarriedFuture<F> {
        // Taken out to be dropped there as well: what it owns may end spans.
        #[pin]
        future: Option<F>,
        place: Place,
    }

    impl<F> PinnedDrop for CarriedFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.future.is_some() {
                this.place.enter(|| this.future.set(None));
            }
        }
    }
}

/// Where a future runs.
#[derive(Debug)]
enum Place {
    There(Carried),
    /// Where it is polled first, with these attributes.
    Expected(ContextAttributes),
    /// Where it is polled.
    Anywhere,
}

impl<F> CarriedFuture<F> {
    /// A future that is as it was.
    pub(super) const fn anywhere(future: F) -> Self {
        Self { future: Some(future), place: Place::Anywhere }
    }

    /// A future with attributes.
    pub(super) const fn scoped(future: F, attributes: ContextAttributes) -> Self {
        Self { future: Some(future), place: Place::Expected(attributes) }
    }
}

impl Place {
    /// The first poll says where that is; what is dropped before is dropped anywhere.
    fn find(&mut self) {
        if let Self::Expected(attributes) = self {
            let carried = std::mem::take(attributes).into_carried();
            *self = carried.map_or(Self::Anywhere, Self::There);
        }
    }

    fn enter<T>(&mut self, body: impl FnOnce() -> T) -> T {
        match self {
            Self::There(carried) => carried.enter_mut(body),
            Self::Expected(_) | Self::Anywhere => body(),
        }
    }
}

impl<F: Future> Future for CarriedFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        this.place.find();
        this.place.enter(|| {
            let Some(future) = this.future.as_mut().as_pin_mut() else { return Poll::Pending };
            let poll = future.poll(context);
            if poll.is_ready() {
                this.future.set(None);
            }
            poll
        })
    }
}

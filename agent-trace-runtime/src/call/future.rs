//! The future of an annotated function.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::active::{ActiveCall, State};
use super::dispatch::out_of_line;
use super::dropping::FutureCall;
use super::ending::Ending;
use super::probe::Probe;
use super::site::CallSite;

pin_project! {
    /// The body of an annotated function, with its span current during each poll.
    ///
    /// Dropped before it is ready, it ends its span as cancelled, after what it owns was dropped: its fields are dropped
    /// in this order.
    #[must_use = "futures do nothing unless polled"]
    pub struct TracedFuture<F, K> {
        #[pin]
        future: F,
        call: FutureCall,
        ending: PhantomData<fn() -> K>,
    }

    impl<F, K> PinnedDrop for TracedFuture<F, K> {
        fn drop(this: Pin<&mut Self>) {
            this.project().call.precede_drop();
        }
    }
}

impl<F, K> fmt::Debug for TracedFuture<F, K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TracedFuture").field("call", &self.call).finish_non_exhaustive()
    }
}

// What this adds to the future is taken out before it is looked at again, whatever unwinds.
impl<F: UnwindSafe, K> UnwindSafe for TracedFuture<F, K> {}
impl<F: RefUnwindSafe, K> RefUnwindSafe for TracedFuture<F, K> {}

/// A future that is a call of `site`. How it ends is told by the type that the probe returns; it is
/// never called.
#[inline]
pub fn trace<F, K>(
    site: &'static CallSite,
    future: F,
    _probe: impl FnOnce(&Probe<F::Output>) -> K,
) -> TracedFuture<F, K>
where
    F: Future,
    K: Ending<F::Output>,
{
    // Nothing is called here that could unwind: the compiler would write what is to be dropped then.
    TracedFuture {
        future,
        call: FutureCall::new(ActiveCall(State::Expected(site))),
        ending: PhantomData,
    }
}

impl<F, K> TracedFuture<F, K> {
    /// A future that goes on with `call`.
    #[inline]
    pub(super) const fn new(call: ActiveCall, future: F) -> Self {
        Self { future, call: FutureCall::new(call), ending: PhantomData }
    }
}

impl<F, K> Future for TracedFuture<F, K>
where
    F: Future,
    K: Ending<F::Output>,
{
    type Output = K::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<K::Output> {
        let this = self.project();
        poll_traced::<F::Output, K>(this.call, this.future, context)
    }
}

/// Polls a body within its call, which does nothing where nothing is installed. The body is behind a pointer so
/// that functions which return the same type share the code of [`poll_entered`].
#[inline]
fn poll_traced<T, K: Ending<T>>(
    FutureCall(call): &mut FutureCall,
    future: Pin<&mut dyn Future<Output = T>>,
    context: &mut Context<'_>,
) -> Poll<K::Output> {
    if !call.is_idle() {
        out_of_line();
        return poll_entered::<T, K>(call, future, context);
    }
    let polled = future.poll(context);
    call.stay_off();
    polled.map(|output| K::finish(call, output))
}

#[inline(never)]
fn poll_entered<T, K: Ending<T>>(
    call: &mut ActiveCall,
    future: Pin<&mut dyn Future<Output = T>>,
    context: &mut Context<'_>,
) -> Poll<K::Output> {
    let mut entered = call.entered();
    // What the body returns is not moved before it is looked at.
    match future.poll(context) {
        Poll::Pending => {
            entered.pause();
            std::mem::forget(entered);
            Poll::Pending
        }
        Poll::Ready(output) => {
            entered.leave();
            std::mem::forget(entered);
            Poll::Ready(K::finish(call, output))
        }
    }
}

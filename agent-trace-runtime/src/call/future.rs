//! The future of an annotated function.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::active::ActiveCall;
use super::outcome::Outcome;

pin_project! {
    /// The body of an annotated function, with its span current during each poll.
    ///
    /// Dropped before it is ready, it ends its span as cancelled, after what it owns was dropped.
    #[must_use = "futures do nothing unless polled"]
    pub struct TracedFuture<F, I> {
        #[pin]
        future: Option<F>,
        call: ActiveCall,
        inspect: Option<I>,
    }

    impl<F, I> PinnedDrop for TracedFuture<F, I> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if !this.call.is_off() {
                // What the future owns may end spans of its own, and they are children of this one.
                let entered = this.call.entered();
                this.future.set(None);
                entered.leave();
            }
        }
    }
}

impl<F, I> fmt::Debug for TracedFuture<F, I> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TracedFuture").field("call", &self.call).finish_non_exhaustive()
    }
}

// What this adds to the future is taken out before it is looked at again, whatever unwinds.
impl<F: UnwindSafe, I> UnwindSafe for TracedFuture<F, I> {}
impl<F: RefUnwindSafe, I> RefUnwindSafe for TracedFuture<F, I> {}

/// A future whose body begins its call; `inspect` reads the outcome from what it returns.
#[inline]
pub const fn trace<F, I>(future: F, inspect: I) -> TracedFuture<F, I>
where
    F: Future,
    I: FnOnce(&F::Output) -> Outcome,
{
    TracedFuture::new(ActiveCall::expected(), future, inspect)
}

impl<F, I> TracedFuture<F, I> {
    pub(super) const fn new(call: ActiveCall, future: F, inspect: I) -> Self {
        Self { future: Some(future), call, inspect: Some(inspect) }
    }
}

impl<F, I> Future for TracedFuture<F, I>
where
    F: Future,
    I: FnOnce(&F::Output) -> Outcome,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let Some(future) = this.future.as_pin_mut() else {
            unreachable!("the future is taken only when this one is dropped");
        };
        let entered = this.call.entered();
        let poll = future.poll(context);
        entered.leave();
        if let Poll::Ready(output) = &poll {
            let outcome = match this.inspect.take() {
                Some(inspect) if this.call.is_recording() => inspect(output),
                _ => Outcome::default(),
            };
            this.call.end(outcome);
        }
        poll
    }
}

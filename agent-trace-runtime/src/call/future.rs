//! The future of an annotated function.
//!
//! Its body starts the call itself, as the first thing in its first poll: there, and not in the function
//! around it, the arguments can be borrowed without taking up room in the future once more. The future
//! finds the call in a slot of its thread.

use std::cell::RefCell;
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::active::{ActiveCall, Running};
use super::current::Attached;
use super::dispatch;
use super::outcome::Outcome;

thread_local! {
    /// The call that the body in its first poll has begun; one at a time, since a body that polls
    /// another puts what is here aside.
    static FIRST_POLL: RefCell<Slot> = const { RefCell::new(Slot::Unexpected) };
}

/// What has become of a call in the first poll of its future.
#[derive(Debug)]
enum Slot {
    /// No future is in its first poll.
    Unexpected,
    /// The body has not come to its beginning.
    Expected,
    Begun(Running, Attached),
}

/// Starts a call, if there is a future to take it, and makes it current for the rest of the poll.
pub(super) fn begin(start: impl FnOnce() -> Option<Running>) {
    let is_expected =
        FIRST_POLL.try_with(|slot| matches!(*slot.borrow(), Slot::Expected)).unwrap_or(false);
    if is_expected && let Some(mut running) = start() {
        let attached = running.attach();
        FIRST_POLL.set(Slot::Begun(running, attached));
    }
}

pin_project! {
    /// The body of an annotated function, with its span current during each poll.
    ///
    /// Dropped before it is ready, it ends its span as cancelled, after what it owns was dropped.
    #[must_use = "futures do nothing unless polled"]
    pub struct TracedFuture<F, I> {
        #[pin]
        future: Option<F>,
        call: ActiveCall,
        has_begun: bool,
        inspect: Option<I>,
    }

    impl<F, I> PinnedDrop for TracedFuture<F, I> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            // What the future owns may end spans of its own, and they are children of this one.
            this.call.enter(|| this.future.set(None));
        }
    }
}

/// A future whose body begins its call; `inspect` reads the outcome from what it returns.
#[inline]
pub const fn trace<F, I>(future: F, inspect: I) -> TracedFuture<F, I>
where
    F: Future,
    I: FnOnce(&F::Output) -> Outcome,
{
    TracedFuture {
        future: Some(future),
        call: ActiveCall::none(),
        has_begun: false,
        inspect: Some(inspect),
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

impl<F, I> TracedFuture<F, I> {
    /// A future whose call has started before it was made.
    pub(super) const fn started(call: ActiveCall, future: F, inspect: I) -> Self {
        Self { future: Some(future), call, has_begun: true, inspect: Some(inspect) }
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
        let poll = if *this.has_begun {
            this.call.enter(|| future.poll(context))
        } else {
            *this.has_begun = true;
            first_poll(this.call, || future.poll(context))
        };
        if let Poll::Ready(output) = &poll
            && let Some(inspect) = this.inspect.take()
        {
            this.call.finish(output, inspect);
        }
        poll
    }
}

#[inline]
fn first_poll<T>(call: &mut ActiveCall, poll: impl FnOnce() -> T) -> T {
    if dispatch::is_off() {
        return poll();
    }
    let mut first = FirstPoll { call, outer: FIRST_POLL.replace(Slot::Expected), returned: false };
    let output = poll();
    first.returned = true;
    output
}

/// The first poll of a future, at whose end its call is taken from the slot.
struct FirstPoll<'a> {
    call: &'a mut ActiveCall,
    outer: Slot,
    returned: bool,
}

impl Drop for FirstPoll<'_> {
    fn drop(&mut self) {
        let outer = std::mem::replace(&mut self.outer, Slot::Unexpected);
        if let Slot::Begun(mut running, attached) = FIRST_POLL.replace(outer) {
            running.detach(attached);
            if !self.returned {
                running.end_as_panicked();
            }
            self.call.set(running);
        }
    }
}

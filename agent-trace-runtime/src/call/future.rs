//! The future of an annotated `async fn`.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::active::ActiveCall;
use super::outcome::Outcome;

pin_project! {
    /// The body of an annotated `async fn`, with its span current during each poll.
    ///
    /// Dropped before it is ready, it ends its span as cancelled, after what it owns was dropped.
    #[derive(Debug)]
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
            // What the future owns may end spans of its own, and they are children of this one.
            this.call.enter(|| this.future.set(None));
        }
    }
}

impl<F, I> TracedFuture<F, I> {
    pub(crate) fn new(call: ActiveCall, future: F, inspect: I) -> Self {
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
        let poll = this.call.enter(|| future.poll(context));
        if let Poll::Ready(output) = &poll
            && let Some(inspect) = this.inspect.take()
        {
            this.call.finish(output, inspect);
        }
        poll
    }
}

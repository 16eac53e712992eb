//! Calls below a parent that their site tells: `#[agent(parent = headers)]`.

use std::pin::Pin;
use std::task;

use opentelemetry::{Context, ContextGuard};
use pin_project_lite::pin_project;

use super::current::thread_is_alive;
use crate::propagation::{Parent, in_force};

/// Where a call is to start, where its site says it.
#[derive(Debug)]
pub struct Below(Option<Context>);

/// Asks for the parent of a call, unless nobody would be told.
#[inline]
pub fn below(parent: impl FnOnce() -> Option<Context>) -> Below {
    let is_on = || Context::map_current(|context| in_force(context, |_| ()).is_some());
    Below(if thread_is_alive() && is_on() { parent() } else { None })
}

/// The context that a site names as the parent of a call.
#[inline]
pub fn parent(parent: &(impl Parent + ?Sized)) -> Option<Context> {
    parent.parent()
}

impl Below {
    /// Runs `body` there.
    pub fn enter<T>(&self, body: impl FnOnce() -> T) -> T {
        let _attached = self.attach();
        body()
    }

    /// A future that runs there.
    #[inline]
    pub const fn poll_in<F: Future>(self, future: F) -> FutureBelow<F> {
        FutureBelow { future, below: self }
    }

    fn attach(&self) -> Option<ContextGuard> {
        self.0.clone().filter(|_| thread_is_alive()).map(Context::attach)
    }
}

pin_project! {
    /// A future below a parent of its own.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct FutureBelow<F> {
        #[pin]
        future: F,
        below: Below,
    }
}

impl<F: Future> Future for FutureBelow<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut task::Context<'_>) -> task::Poll<F::Output> {
        let this = self.project();
        let _attached = this.below.attach();
        this.future.poll(context)
    }
}

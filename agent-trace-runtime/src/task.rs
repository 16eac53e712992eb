//! Carries the trace into tokio tasks.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tokio::task::JoinHandle;

use crate::call::{CarriedCall, carry};

pin_project! {
    /// A future that runs below the call that made it.
    struct Carried<F> {
        #[pin]
        future: F,
        call: CarriedCall,
    }
}

impl<F: Future> Future for Carried<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.call.enter(|| this.future.poll(context))
    }
}

/// [`tokio::spawn`], with the new task below the running call.
///
/// The task's spans become children of the span that is current here, and
/// [`current()`](crate::current()) in it is the same call as here.
///
/// # Panics
///
/// Outside of a tokio runtime, as [`tokio::spawn`] does.
///
/// # Examples
///
/// ```
/// # use agent_trace_runtime::{agent, tool};
/// #[tool]
/// async fn search(query: String) -> usize { query.len() }
///
/// #[agent]
/// async fn researcher() -> usize {
///     let first = agent_trace_runtime::spawn(search("tides".to_owned()));
///     let second = agent_trace_runtime::spawn(search("moon".to_owned()));
///     first.await.unwrap_or(0) + second.await.unwrap_or(0)
/// }
/// ```
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(Carried { future, call: carry() })
}

/// [`tokio::task::spawn_blocking`], with the closure below the running call.
///
/// # Panics
///
/// Outside of a tokio runtime, as [`tokio::task::spawn_blocking`] does.
#[track_caller]
pub fn spawn_blocking<F, T>(function: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let mut call = carry();
    tokio::task::spawn_blocking(move || call.enter(function))
}

//! Carries the trace into tasks and threads.

#[cfg(feature = "tokio")]
use tokio::task::{AbortHandle, JoinHandle, JoinSet};

use crate::call::carry;

/// [`tokio::spawn`], with the new task below the running call.
///
/// The task's spans become children of the span that is current here, and
/// [`current()`](crate::current()) in it is the same call as here.
///
/// A bare [`tokio::spawn`] begins a trace of its own. Where none is meant to, clippy finds each, with this in its
/// `clippy.toml`:
///
/// ```toml
/// disallowed-methods = [{ path = "tokio::spawn", replacement = "agent_trace_runtime::spawn" }]
/// ```
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
#[cfg(feature = "tokio")]
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(carry().wrap(future))
}

/// [`JoinSet::spawn`], with the new task below the running call.
///
/// # Panics
///
/// Outside of a tokio runtime, as [`JoinSet::spawn`] does.
///
/// # Examples
///
/// ```
/// # use agent_trace_runtime::{agent, tool};
/// use agent_trace_runtime::spawn_in;
/// use tokio::task::JoinSet;
///
/// #[tool]
/// async fn search(query: String) -> usize { query.len() }
///
/// #[agent]
/// async fn researcher(queries: Vec<String>) -> usize {
///     let mut searches = JoinSet::new();
///     for query in queries {
///         spawn_in(&mut searches, search(query));
///     }
///     searches.join_all().await.iter().sum()
/// }
/// ```
#[cfg(feature = "tokio")]
#[track_caller]
pub fn spawn_in<F>(tasks: &mut JoinSet<F::Output>, future: F) -> AbortHandle
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tasks.spawn(carry().wrap(future))
}

/// [`tokio::task::spawn_blocking`], with the closure below the running call.
///
/// In a [`JoinSet`] it is `tasks.spawn_blocking(carry().wrap_fn(function))`.
///
/// # Panics
///
/// Outside of a tokio runtime, as [`tokio::task::spawn_blocking`] does.
///
/// # Examples
///
/// ```
/// # use agent_trace_runtime::{agent, tool};
/// #[tool]
/// fn parse(document: String) -> usize { document.len() }
///
/// #[agent]
/// async fn reader(document: String) -> usize {
///     agent_trace_runtime::spawn_blocking(|| parse(document)).await.unwrap_or(0)
/// }
/// ```
#[cfg(feature = "tokio")]
#[track_caller]
pub fn spawn_blocking<F, T>(function: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    tokio::task::spawn_blocking(carry().wrap_fn(function))
}

/// [`std::thread::spawn`], with the new thread below the running call.
///
/// Scoped threads and those of a [`Builder`](std::thread::Builder) take `carry().wrap_fn(function)`.
///
/// # Panics
///
/// Where the system makes no thread, as [`std::thread::spawn`] does.
///
/// # Examples
///
/// ```
/// # use agent_trace_runtime::{agent, tool};
/// #[tool]
/// fn parse(document: String) -> usize { document.len() }
///
/// #[agent]
/// fn reader(document: String) -> usize {
///     agent_trace_runtime::spawn_thread(|| parse(document)).join().unwrap_or(0)
/// }
/// # assert_eq!(reader("tides".to_owned()), 5);
/// ```
pub fn spawn_thread<F, T>(function: F) -> std::thread::JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    std::thread::spawn(carry().wrap_fn(function))
}

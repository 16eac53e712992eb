//! What a site says of its function's result: where the usage is, which errors are no failures.
//!
//! The closures of a site run within its call, as if the body's last words were theirs. Of a stream they read
//! each item as it comes, and so go with the stream: in a box, since it is to be no other type for them.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::active::{ActiveCall, State};
use super::current::current;
use super::ending::Ending;
use super::future::TracedFuture;
use super::outcome::{bounded, quietly};
use super::probe::Probe;
use super::site::CallSite;
use crate::response::Usage;
use crate::response::mapped::MappedResponse;

/// Reads an item of a stream, within the stream's call.
pub(super) type ItemReader<T> = Box<dyn Fn(&T) + Send + Sync>;

/// What a function returned, after its site's closures have read it.
pub struct Read<T, V> {
    /// What it returned.
    pub value: T,
    /// What is left to read its items by, if it is a stream.
    pub rest: Option<V>,
}

impl<T, V> fmt::Debug for Read<T, V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Read").finish_non_exhaustive()
    }
}

pin_project! {
    /// A body whose result is read before its call ends.
    #[derive(Debug)]
    pub struct Reading<F, R> {
        #[pin]
        future: F,
        read: R,
    }
}

impl<F, R, V> Future for Reading<F, R>
where
    F: Future,
    R: Fn(&F::Output) -> Option<V>,
{
    type Output = Read<F::Output, V>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        this.future.poll(context).map(|value| reading_value(value, this.read))
    }
}

/// As [`trace`](super::trace), with the result read.
pub fn trace_reading<F, R, V, K>(
    site: &'static CallSite,
    future: F,
    read: R,
    _probe: impl FnOnce(&Probe<F::Output>) -> K,
) -> TracedFuture<Reading<F, R>, OfRead<K>>
where
    F: Future,
    R: Fn(&F::Output) -> Option<V>,
    K: EndingRead<F::Output, V>,
{
    TracedFuture::new(ActiveCall(State::Expected(site)), Reading { future, read })
}

/// The same value, read.
pub fn reading_value<T, V>(value: T, read: impl FnOnce(&T) -> Option<V>) -> Read<T, V> {
    let rest = if current().is_running() {
        // What a closure of the site panics about is not to take the call along.
        quietly(|| read(&value)).flatten()
    } else {
        None
    };
    Read { value, rest }
}

/// Ends a call whose result was read, in the way `K`.
#[derive(Debug)]
pub struct OfRead<K>(PhantomData<K>);

impl<T, V, K: EndingRead<T, V>> Ending<Read<T, V>> for OfRead<K> {
    type Output = K::Output;

    fn finish(call: &mut ActiveCall, Read { value, rest }: Read<T, V>) -> K::Output {
        K::finish_read(call, value, rest)
    }
}

/// Ends a call with a value of type `T`, of which `V` may read more.
pub trait EndingRead<T, V> {
    /// What the caller gets.
    type Output;

    /// Ends `call` with `output`.
    fn finish_read(call: &mut ActiveCall, output: T, rest: Option<V>) -> Self::Output;
}

/// All is read.
impl<T, K: Ending<T>> EndingRead<T, ()> for K {
    type Output = K::Output;

    fn finish_read(call: &mut ActiveCall, output: T, _rest: Option<()>) -> K::Output {
        K::finish(call, output)
    }
}

/// What a closure for `usage` may give.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no token usage",
    label = "expected `Usage` or `Option<Usage>`",
    note = "write `usage = |reply| Usage::new(reply.input_tokens, reply.output_tokens)`"
)]
pub trait IntoUsage {
    /// The usage, where there is one.
    fn into_usage(self) -> Option<Usage>;
}

impl IntoUsage for Usage {
    fn into_usage(self) -> Option<Usage> {
        Some(self)
    }
}

impl IntoUsage for &Usage {
    fn into_usage(self) -> Option<Usage> {
        Some(*self)
    }
}

impl IntoUsage for Option<&Usage> {
    fn into_usage(self) -> Option<Usage> {
        self.copied()
    }
}

impl IntoUsage for Option<Usage> {
    fn into_usage(self) -> Option<Usage> {
        self
    }
}

/// Records the usage that a success tells; of several items, what the later ones tell more.
pub fn usage_of<'a, T, U: IntoUsage>(success: Option<&'a T>, read: impl FnOnce(&'a T) -> U) {
    match success {
        Some(success) => {
            if let Some(usage) = read(success).into_usage() {
                current().merge_usage(usage);
            }
        }
        None => current().record_absence(),
    }
}

/// An empty response, for a mapping to fill.
pub fn mapped_response() -> MappedResponse {
    MappedResponse::default()
}

/// Records what a success tells by the mapping of its site.
pub fn record_response<T>(success: Option<&T>, map: impl FnOnce(&T) -> MappedResponse) {
    if let Some(success) = success {
        let (usage, response) = map(success).into_parts();
        current().record_response(usage, response);
    } else {
        current().record_absence();
    }
}

/// Records how many items a search has found.
pub fn count_of(count: Option<usize>) {
    if let Some(count) = count {
        current().record_count(count);
    }
}

/// Notes that an error is no failure, where it is none.
pub fn ok_if<E>(error: Option<&E>, is_ok: impl FnOnce(&E) -> bool) {
    if error.is_some_and(is_ok) {
        current().forgive();
    }
}

/// What a closure for `error_type` may give.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no name of an error",
    label = "expected a string",
    note = "write `error_type = |error| error.status().to_string()`, or a `match` of the error's kinds"
)]
pub trait IntoErrorName {
    /// The name.
    fn into_error_name(self) -> Cow<'static, str>;
}

#[diagnostic::do_not_recommend]
impl<T: AsRef<str>> IntoErrorName for T {
    fn into_error_name(self) -> Cow<'static, str> {
        Cow::Owned(self.as_ref().to_owned())
    }
}

/// Names an error, where it is one.
pub fn error_type_of<'a, E, N: IntoErrorName>(error: Option<&'a E>, name: impl FnOnce(&'a E) -> N) {
    if let Some(error) = error {
        current().name_error(bounded(name(error).into_error_name()));
    }
}

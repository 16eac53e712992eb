//! What a site says of its function's result: where the usage is, which errors are no failures.
//!
//! The closures of a site run within its call, as if the body's last words were theirs, so that they need
//! no place in the traced future. Where the parts of a result are, its type tells, as in
//! [`probe`](super::probe); only that this lookup is of values, and runs.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::current::current;
use super::outcome::{bounded, quietly};
use crate::response::Usage;
use crate::response::mapped::MappedResponse;

pin_project! {
    /// A body whose result is read before its call ends.
    #[derive(Debug)]
    pub struct Reading<F, R> {
        #[pin]
        future: F,
        read: R,
    }
}

impl<F, R> Future for Reading<F, R>
where
    F: Future,
    R: Fn(&F::Output),
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let poll = this.future.poll(context);
        if let Poll::Ready(output) = &poll {
            read(output, this.read);
        }
        poll
    }
}

/// The same future, with its result read.
pub const fn reading<F, R>(future: F, read: R) -> Reading<F, R>
where
    F: Future,
    R: Fn(&F::Output),
{
    Reading { future, read }
}

/// The same value, read.
pub fn reading_value<T>(value: T, read_value: impl Fn(&T)) -> T {
    read(&value, &read_value);
    value
}

fn read<T>(output: &T, read: &impl Fn(&T)) {
    if current().is_running() {
        // What a closure of the site panics about is not to take the call along.
        let _ = quietly(|| read(output));
    }
}

chain! {
    /// A result.
    Look => LookOption;
    /// An option.
    LookOption => LookItems;
    /// A collection.
    LookItems => LookValue;
}

/// Any value.
#[derive(Debug)]
pub struct LookValue<T>(T);

/// Looks at what a function returned.
pub const fn look<T>(output: &T) -> Look<&T> {
    Look(LookOption(LookItems(LookValue(output))))
}

impl<'a, T, E> Look<&'a Result<T, E>> {
    /// The success, if it is one.
    pub fn inspected_success(&self) -> Option<&'a T> {
        self.value().as_ref().ok()
    }

    /// The error, if it is one.
    pub fn inspected_error(&self) -> Option<&'a E> {
        self.value().as_ref().err()
    }
}

impl<'a, T> LookOption<&'a Option<T>> {
    /// The value, if it is there.
    pub fn inspected_success(&self) -> Option<&'a T> {
        self.value().as_ref()
    }
}

impl<T: Items, E> Look<&Result<T, E>> {
    /// How many items the success has.
    pub fn inspected_count(&self) -> Option<usize> {
        self.value().as_ref().ok().and_then(Items::count)
    }
}

impl<T: Items> LookOption<&Option<T>> {
    /// How many items the value has; none where it is not there.
    pub fn inspected_count(&self) -> Option<usize> {
        Items::count(self.value())
    }
}

impl<T: Items> LookItems<&T> {
    /// How many items it has.
    pub fn inspected_count(&self) -> Option<usize> {
        Items::count(self.value())
    }
}

/// What has a number of items.
pub trait Items {
    /// How many there are, where it is a list.
    fn count(&self) -> Option<usize>;
}

macro_rules! collections {
    ($([$($parameter:tt)*] $collection:ty;)*) => {$(
        impl<$($parameter)*> Items for $collection {
            fn count(&self) -> Option<usize> {
                Some(self.len())
            }
        }
    )*};
}
collections! {
    [T] [T];
    [T, const N: usize] [T; N];
    [T] Vec<T>;
    [T] VecDeque<T>;
    [T] LinkedList<T>;
    [T] BinaryHeap<T>;
    [T] BTreeSet<T>;
    [K, V] BTreeMap<K, V>;
    [T, S] HashSet<T, S>;
    [K, V, S] HashMap<K, V, S>;
}

impl<T: Items> Items for Option<T> {
    fn count(&self) -> Option<usize> {
        self.as_ref().map_or(Some(0), Items::count)
    }
}

impl<T> Items for Cow<'_, [T]>
where
    [T]: ToOwned,
{
    fn count(&self) -> Option<usize> {
        Some(self.len())
    }
}

/// An array has items.
impl Items for serde_json::Value {
    fn count(&self) -> Option<usize> {
        self.as_array().map(Vec::len)
    }
}

macro_rules! pointers {
    ($($pointer:ty;)*) => {$(
        impl<T: Items + ?Sized> Items for $pointer {
            fn count(&self) -> Option<usize> {
                (**self).count()
            }
        }
    )*};
}
pointers! {
    &T;
    Box<T>;
    Rc<T>;
    Arc<T>;
}

impl<'a, T> LookValue<&'a T> {
    const fn value(&self) -> &'a T {
        self.0
    }

    /// It has no number of items.
    pub const fn inspected_count(&self) -> Option<usize> {
        None
    }

    /// The value.
    pub const fn inspected_success(&self) -> Option<&'a T> {
        Some(self.0)
    }

    /// Never compiles.
    pub const fn inspected_error(&self) -> Option<&'a T>
    where
        T: HasError,
    {
        None
    }
}

/// What `ok_if` and `error_type` ask of a type that is no `Result`; implemented by nothing.
#[diagnostic::on_unimplemented(
    message = "`ok_if` and `error_type` are about the error of a `Result`, and this function returns `{Self}`",
    label = "there is no error in this type"
)]
pub trait HasError {}

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

/// Records the usage that a success tells.
pub fn usage_of<T, U: IntoUsage>(success: Option<&T>, read: impl FnOnce(&T) -> U) {
    match success {
        Some(success) => {
            if let Some(usage) = read(success).into_usage() {
                current().record_usage(usage);
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

/// Names an error, where it is one.
pub fn error_type_of<E, N: Into<Cow<'static, str>>>(error: Option<&E>, name: impl FnOnce(&E) -> N) {
    if let Some(error) = error {
        current().name_error(bounded(name(error).into()));
    }
}

//! Streams: how their items tell of failures, and how they come to the caller.

use std::fmt::Display;
use std::marker::PhantomData;

use futures_core::Stream;

use super::super::ending::{
    OfDisplayedError, OfNamedError, OfNamedSilentError, OfSilentError, OfValue,
};
use super::super::error_type::ErrorType;
use super::super::stream::TraceStream;
use super::super::stream_ending::{
    AsOpaque, AsPinned, ByName, OfStream, OfStreamInOption, OfStreamInResult,
};
use super::{Probe, ProbeError, ProbeStream, ProbeValue, never};

chain! {
    /// Streams of results whose error names itself and can be printed. `W` is where the stream is.
    ProbeItems<W> => ProbeDisplayedItems;
    /// Streams of results whose error can be printed.
    ProbeDisplayedItems<W> => ProbeNamedItems;
    /// Streams of results whose error names itself.
    ProbeNamedItems<W> => ProbeSilentItems;
    /// Streams of results.
    ProbeSilentItems<W> => ProbeAnyItems;
    /// Streams of anything.
    ProbeAnyItems<W> => ProbeUntraced;
}

/// Streams that a span cannot follow.
#[derive(Debug)]
pub struct ProbeUntraced<T, W>(PhantomData<fn() -> (T, W)>);

/// The stream is the value itself.
#[derive(Debug)]
pub struct Bare;

/// The stream is the success of a `Result` with this error.
#[derive(Debug)]
pub struct InResult<E>(PhantomData<fn() -> E>);

/// The stream is in an `Option`.
#[derive(Debug)]
pub struct InOption;

/// Where a stream is, with what is known of its items: `H` is how it comes to the caller, `I` inspects an
/// item.
pub trait Place<S, H, I> {
    /// What is left to find out.
    type Known;
}

/// Where a stream is that a span cannot follow.
pub trait UntracedPlace<S> {
    /// What is left to find out of it as of any value.
    type Known;
}

impl<S> UntracedPlace<S> for Bare {
    type Known = OfValue;
}

impl<S> UntracedPlace<S> for InOption {
    type Known = OfValue;
}

impl<S, E> UntracedPlace<S> for InResult<E> {
    type Known = ProbeError<Result<S, E>>;
}

impl<S, W> ProbeUntraced<S, W> {
    /// Warns, by being deprecated, of a call that ends before its stream does.
    #[deprecated(
        note = "the span of this call ends when the stream is returned, before its first item: return `impl Stream<Item = …>` or `Pin<Box<dyn Stream<Item = …> + Send>>`, implement `TraceStream` for a stream of your own, or put one of another crate into a box; `#[allow(deprecated)]` where that is meant"
    )]
    pub fn inspected_items(&self) -> W::Known
    where
        W: UntracedPlace<S>,
    {
        never()
    }
}

impl<S, H, I> Place<S, H, I> for Bare {
    type Known = StreamKnown<OfStream<H, I>>;
}

impl<S, H, I> Place<S, H, I> for InOption {
    type Known = StreamKnown<OfStreamInOption<H, I>>;
}

impl<S, H, I, E> Place<S, H, I> for InResult<E> {
    type Known = ProbeStreamError<Result<S, E>, (H, I)>;
}

/// A stream of which everything is known.
#[derive(Debug)]
pub struct StreamKnown<K>(PhantomData<fn() -> K>);

impl<K> StreamKnown<K> {
    /// How the call ends.
    pub fn inspected_ending(&self) -> K {
        never()
    }
}

/// An item that can be an error. Bounds on its error go through here: of a parameter of the `impl` the
/// compiler would not know, while it looks for a method, which type it is.
pub trait ResultItem {
    /// The error.
    type Error;
}

impl<T, E> ResultItem for Result<T, E> {
    type Error = E;
}

macro_rules! items {
    ($($(#[$attribute:meta])* $probe:ident [$($bounds:tt)*] => $inspect:ty;)*) => {$(
        impl<S: TraceStream, W> $probe<S, W>
        where
            $($bounds)*
        {
            $(#[$attribute])*
            pub fn inspected_items(&self) -> W::Known
            where
                W: Place<S, ByName, $inspect>,
            {
                never()
            }
        }

        impl<S: Stream, W> $probe<S, W>
        where
            $($bounds)*
        {
            $(#[$attribute])*
            pub fn inspected_opaque_items(&self) -> W::Known
            where
                W: Place<S, AsOpaque, $inspect>,
            {
                never()
            }

            $(#[$attribute])*
            pub fn inspected_pinned_items(&self) -> W::Known
            where
                W: Place<S, AsPinned, $inspect>,
            {
                never()
            }
        }
    )*};
}

items! {
    /// An item's error has a name and a text.
    ProbeItems[S::Item: ResultItem<Error: ErrorType + Display>] => OfNamedError;
    /// An item's error has a text.
    ProbeDisplayedItems[S::Item: ResultItem<Error: Display>] => OfDisplayedError;
    /// An item's error has a name.
    ProbeNamedItems[S::Item: ResultItem<Error: ErrorType>] => OfNamedSilentError;
    /// An item's error has a type.
    ProbeSilentItems[S::Item: ResultItem] => OfSilentError;
    /// No item is an error.
    ProbeAnyItems[] => OfValue;
}

chain! {
    /// Streams in a result whose error names itself and can be printed. `W` is how the stream comes, and
    /// how its items are inspected.
    ProbeStreamError<W> => ProbeDisplayedStreamError;
    /// Streams in a result whose error can be printed.
    ProbeDisplayedStreamError<W> => ProbeNamedStreamError;
    /// Streams in a result whose error names itself.
    ProbeNamedStreamError<W> => ProbeSilentStreamError;
}

/// Streams in any result.
#[derive(Debug)]
pub struct ProbeSilentStreamError<T, W>(PhantomData<fn() -> (T, W)>);

impl<S, E: ErrorType + Display, H, I> ProbeStreamError<Result<S, E>, (H, I)> {
    /// The error's own name and its text.
    pub fn inspected_ending(&self) -> OfStreamInResult<H, I, OfNamedError> {
        never()
    }
}

impl<S, E: Display, H, I> ProbeDisplayedStreamError<Result<S, E>, (H, I)> {
    /// The error's type and text.
    pub fn inspected_ending(&self) -> OfStreamInResult<H, I, OfDisplayedError> {
        never()
    }
}

impl<S, E: ErrorType, H, I> ProbeNamedStreamError<Result<S, E>, (H, I)> {
    /// The error's own name.
    pub fn inspected_ending(&self) -> OfStreamInResult<H, I, OfNamedSilentError> {
        never()
    }
}

impl<T, H, I> ProbeSilentStreamError<T, (H, I)> {
    /// The error's type.
    pub fn inspected_ending(&self) -> OfStreamInResult<H, I, OfSilentError> {
        never()
    }
}

impl<S: Stream> Probe<S> {
    /// The same, for the compiler to learn the items of an `impl Stream` from its signature.
    pub fn of_items<I>(&self) -> &Self
    where
        S: Stream<Item = I>,
    {
        self
    }
}

macro_rules! within {
    ($([$($parameters:tt)*] $value:ty;)*) => {$(
        impl<$($parameters)*> Probe<$value> {
            /// The same, where the stream is within another type.
            pub fn of_items_within<I>(&self) -> &Self
            where
                S: Stream<Item = I>,
            {
                self
            }
        }
    )*};
}
within! {
    [S: Stream, E] Result<S, E>;
    [S: Stream] Option<S>;
}

impl<T> ProbeValue<T> {
    /// A value that is no stream, but has something else that it calls items.
    #[allow(clippy::extra_unused_type_parameters, reason = "written as for what has items")]
    pub fn of_items<I>(&self) -> &Self {
        self
    }

    /// A value that is no stream, whatever is within it.
    #[allow(clippy::extra_unused_type_parameters, reason = "written as for what has items")]
    pub fn of_items_within<I>(&self) -> &Self {
        self
    }
}

impl<S: Stream> ProbeStream<S> {
    /// A stream.
    pub fn inspected_value(&self) -> ProbeItems<S, Bare> {
        never()
    }
}

impl<S: Stream, E> Probe<Result<S, E>> {
    /// A stream, or a failure.
    pub fn inspected_value(&self) -> ProbeItems<S, InResult<E>> {
        never()
    }
}

impl<S: Stream> Probe<Option<S>> {
    /// A stream, or none.
    pub fn inspected_value(&self) -> ProbeItems<S, InOption> {
        never()
    }
}

/// What is no stream has no items to look at.
macro_rules! no_items {
    ($([$($parameter:ident)?] $known:ty;)*) => {$(
        impl<$($parameter)?> $known {
            /// There are no items.
            pub fn inspected_items(&self) -> Self {
                never()
            }

            /// There are no items.
            pub fn inspected_opaque_items(&self) -> Self {
                never()
            }

            /// There are no items.
            pub fn inspected_pinned_items(&self) -> Self {
                never()
            }
        }
    )*};
}
no_items! {
    [] OfValue;
    [T] ProbeError<T>;
}

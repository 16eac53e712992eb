//! How a call ends with what its body returned.

use std::borrow::Cow;
use std::fmt::Display;

use super::active::ActiveCall;
use super::error_type::ErrorType;
use super::outcome::{Failure, Outcome, bounded, describe, name_of_type, quietly};
use super::reading::{EndingRead, ItemReader};
use crate::response::{InferenceResponse, Response};
use crate::semconv::ERROR_TYPE_OTHER;

/// Ends a call with a value of type `T`, and gives the caller what the function promised.
pub trait Ending<T> {
    /// What the caller gets.
    type Output;

    /// Ends `call` with `output`.
    fn finish(call: &mut ActiveCall, output: T) -> Self::Output;
}

/// Finds the failure in a value that is handed on as it is.
pub trait Inspect<T> {
    /// The failure that `output` is, if it is one.
    fn failure(output: &T) -> Option<Failure>;
}

macro_rules! endings {
    ($($inspect:ident;)*) => {$(
        impl<T> Ending<T> for $inspect
        where
            Self: Inspect<T>,
        {
            type Output = T;

            #[inline]
            fn finish(call: &mut ActiveCall, output: T) -> T {
                end::<T, Self, NoResponse>(call, &output);
                output
            }
        }

        impl<T, R> Ending<T> for ($inspect, R)
        where
            $inspect: Inspect<T>,
            R: ReadResponse<T>,
        {
            type Output = T;

            #[inline]
            fn finish(call: &mut ActiveCall, output: T) -> T {
                end::<T, $inspect, R>(call, &output);
                output
            }
        }

        /// A stream that a span cannot follow: its items come too late to be read.
        impl<T, I> EndingRead<T, ItemReader<I>> for $inspect
        where
            Self: Inspect<T>,
        {
            type Output = T;

            fn finish_read(call: &mut ActiveCall, output: T, _: Option<ItemReader<I>>) -> T {
                Self::finish(call, output)
            }
        }

        impl<T, I, R> EndingRead<T, ItemReader<I>> for ($inspect, R)
        where
            $inspect: Inspect<T>,
            R: ReadResponse<T>,
        {
            type Output = T;

            fn finish_read(call: &mut ActiveCall, output: T, _: Option<ItemReader<I>>) -> T {
                Self::finish(call, output)
            }
        }
    )*};
}
endings! {
    OfValue;
    OfSilentError;
    OfDisplayedError;
    OfNamedSilentError;
    OfNamedError;
}

#[inline]
fn end<T, I: Inspect<T>, R: ReadResponse<T>>(call: &mut ActiveCall, output: &T) {
    if !call.is_off() {
        end_with::<T, I, R>(call, output);
    }
}

#[inline(never)]
fn end_with<T, I: Inspect<T>, R: ReadResponse<T>>(call: &mut ActiveCall, output: &T) {
    let mut outcome = Outcome::default();
    if let Some(running) = call.running() {
        if running.captures_output() {
            outcome.response = Some(Response::capturing());
        }
        // What the user's types panic about is not to take the call along.
        let _ = quietly(|| R::observe(output, &mut outcome));
        outcome.failure = I::failure(output);
    }
    call.end(&mut outcome);
}

/// Any value: a success.
#[derive(Debug)]
pub struct OfValue;

/// A `Result` whose error tells no more than its type.
#[derive(Debug)]
pub struct OfSilentError;

/// A `Result` whose error can be printed.
#[derive(Debug)]
pub struct OfDisplayedError;

/// A `Result` whose error names itself.
#[derive(Debug)]
pub struct OfNamedSilentError;

/// A `Result` whose error names itself and can be printed.
#[derive(Debug)]
pub struct OfNamedError;

impl<T> Inspect<T> for OfValue {
    fn failure(_output: &T) -> Option<Failure> {
        None
    }
}

impl<T, E> Inspect<Result<T, E>> for OfSilentError {
    fn failure(output: &Result<T, E>) -> Option<Failure> {
        match output {
            Ok(_) => None,
            Err(_) => Some(Failure::new(name_of_type::<E>(), "")),
        }
    }
}

impl<T, E: Display> Inspect<Result<T, E>> for OfDisplayedError {
    fn failure(output: &Result<T, E>) -> Option<Failure> {
        match output {
            Ok(_) => None,
            Err(error) => Some(Failure::new(name_of_type::<E>(), describe(error))),
        }
    }
}

impl<T, E: ErrorType> Inspect<Result<T, E>> for OfNamedSilentError {
    fn failure(output: &Result<T, E>) -> Option<Failure> {
        match output {
            Ok(_) => None,
            Err(error) => Some(Failure::new(name(error), "")),
        }
    }
}

impl<T, E: ErrorType + Display> Inspect<Result<T, E>> for OfNamedError {
    fn failure(output: &Result<T, E>) -> Option<Failure> {
        match output {
            Ok(_) => None,
            Err(error) => Some(Failure::new(name(error), describe(error))),
        }
    }
}

/// The name that an error gives itself.
fn name(error: &impl ErrorType) -> Cow<'static, str> {
    quietly(|| error.error_type()).map_or(Cow::Borrowed(ERROR_TYPE_OTHER), bounded)
}

/// Reads what a value tells of the model's response.
pub trait ReadResponse<T> {
    /// Adds what `output` tells.
    fn observe(output: &T, outcome: &mut Outcome);
}

/// A value that tells nothing of a response.
#[derive(Debug)]
pub struct NoResponse;

/// A response.
#[derive(Debug)]
pub struct OfResponse;

/// A stream whose items are responses.
#[derive(Debug)]
pub struct OfItems;

impl<T> ReadResponse<T> for NoResponse {
    fn observe(_output: &T, _outcome: &mut Outcome) {}
}

/// Of a stream that its call's span cannot follow, nothing is told when it is returned.
impl<T> ReadResponse<T> for OfItems {
    fn observe(_output: &T, _outcome: &mut Outcome) {}
}

impl<T: InferenceResponse> ReadResponse<T> for OfResponse {
    fn observe(output: &T, outcome: &mut Outcome) {
        outcome.is_absent = output.is_absent();
        outcome.response.get_or_insert_default().observe_whole(output);
    }
}

//! How a call ends with what its body returned.

use std::borrow::Cow;
use std::fmt::Display;

use super::active::ActiveCall;
use super::error_type::ErrorType;
use super::outcome::{OTHER, Outcome, describe, name_of_type, quietly};
use crate::response::{InferenceResponse, Response};

/// Ends a call with a value of type `T`, and gives the caller what the function promised.
pub trait Ending<T> {
    /// What the caller gets.
    type Output;

    /// Ends `call` with `output`.
    fn finish(call: &mut ActiveCall, output: T) -> Self::Output;
}

/// Reads an outcome from a value that is handed on as it is.
pub trait Inspect<T> {
    /// The outcome that `output` is.
    fn outcome(output: &T) -> Outcome;
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
                end::<T, Self>(call, &output);
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
                end::<T, Self>(call, &output);
                output
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
fn end<T, I: Inspect<T>>(call: &mut ActiveCall, output: &T) {
    if !call.is_off() {
        let outcome = if call.is_recording() { I::outcome(output) } else { Outcome::default() };
        call.end(outcome);
    }
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
    fn outcome(_output: &T) -> Outcome {
        Outcome::default()
    }
}

impl<T, E> Inspect<Result<T, E>> for OfSilentError {
    fn outcome(output: &Result<T, E>) -> Outcome {
        match output {
            Ok(_) => Outcome::default(),
            Err(_) => Outcome::failed(name_of_type::<E>(), ""),
        }
    }
}

impl<T, E: Display> Inspect<Result<T, E>> for OfDisplayedError {
    fn outcome(output: &Result<T, E>) -> Outcome {
        match output {
            Ok(_) => Outcome::default(),
            Err(error) => Outcome::failed(name_of_type::<E>(), describe(error)),
        }
    }
}

impl<T, E: ErrorType> Inspect<Result<T, E>> for OfNamedSilentError {
    fn outcome(output: &Result<T, E>) -> Outcome {
        match output {
            Ok(_) => Outcome::default(),
            Err(error) => Outcome::failed(name(error), ""),
        }
    }
}

impl<T, E: ErrorType + Display> Inspect<Result<T, E>> for OfNamedError {
    fn outcome(output: &Result<T, E>) -> Outcome {
        match output {
            Ok(_) => Outcome::default(),
            Err(error) => Outcome::failed(name(error), describe(error)),
        }
    }
}

/// The name that an error gives itself.
fn name(error: &impl ErrorType) -> Cow<'static, str> {
    quietly(|| error.error_type()).unwrap_or(Cow::Borrowed(OTHER))
}

/// Reads what a value tells of the model's response.
pub trait ReadResponse<T> {
    /// Adds what `output` tells.
    fn observe(output: &T, response: &mut Response);
}

/// A value that tells nothing of a response.
#[derive(Debug)]
pub struct NoResponse;

/// A response, or an item of a stream that is one.
#[derive(Debug)]
pub struct OfResponse;

impl<T> ReadResponse<T> for NoResponse {
    fn observe(_output: &T, _response: &mut Response) {}
}

impl<T: InferenceResponse> ReadResponse<T> for OfResponse {
    fn observe(output: &T, response: &mut Response) {
        response.observe(output);
    }
}

impl<T, I: Inspect<T>, R: ReadResponse<T>> Inspect<T> for (I, R) {
    fn outcome(output: &T) -> Outcome {
        let mut response = Response::default();
        // What the user's types panic about is not to take the call along.
        let _ = quietly(|| R::observe(output, &mut response));
        I::outcome(output).with_response(response)
    }
}

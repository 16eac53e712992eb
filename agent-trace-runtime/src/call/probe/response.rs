//! Responses: whether what a function returned tells of the tokens that were used.

use std::marker::PhantomData;

use futures_core::Stream;

use super::super::ending::{NoResponse, OfItems, OfResponse};
use super::{Probe, never};
use crate::response::InferenceResponse;

chain! {
    /// Streams of responses within a `Result` or an `Option`.
    ProbeResponse => ProbeResponseStream;
    /// Streams of responses.
    ProbeResponseStream => ProbeWholeResponse;
    /// Responses.
    ProbeWholeResponse => ProbeNoResponse;
}

/// Anything.
#[derive(Debug)]
pub struct ProbeNoResponse<T>(PhantomData<fn() -> T>);

impl<T> Probe<T> {
    /// Looks for a response.
    pub fn inspected_response(&self) -> ProbeResponse<T> {
        never()
    }
}

macro_rules! responses {
    ($([$($parameters:tt)*] $probe:ty, $response:ty => $reading:ty;)*) => {$(
        impl<$($parameters)*> $probe
        where
            $response: InferenceResponse,
        {
            /// It tells of the usage.
            pub fn inspected_usage(&self) -> $reading {
                never()
            }

            /// It tells of the usage.
            pub fn inspected_usage_if_any(&self) -> $reading {
                never()
            }

            /// It tells of the usage.
            pub fn inspected_required_usage(&self) -> $reading {
                never()
            }
        }
    )*};
}
responses! {
    [S: Stream, E] ProbeResponse<Result<S, E>>, S::Item => OfItems;
    [S: Stream] ProbeResponse<Option<S>>, S::Item => OfItems;
    [S: Stream] ProbeResponseStream<S>, S::Item => OfItems;
    [T] ProbeWholeResponse<T>, T => OfResponse;
}

impl<T> ProbeNoResponse<T> {
    /// Warns, by being deprecated, of a model call whose tokens nobody would count.
    #[deprecated(
        note = "this model call records no token usage: return a type that implements `InferenceResponse`, as by `#[derive(InferenceResponse)]` (of a stream, its items do), or say where the usage is: `record(input_tokens = reply.…, output_tokens = reply.…)`, `usage = |reply| …`, `usage = manual` where the body calls `current().record_usage(…)`, `usage = none` where there is none"
    )]
    pub fn inspected_usage(&self) -> NoResponse {
        never()
    }

    /// Nothing is told, as the site says.
    pub fn inspected_usage_if_any(&self) -> NoResponse {
        never()
    }

    /// Never compiles.
    pub fn inspected_required_usage(&self) -> NoResponse
    where
        T: TellsUsage,
    {
        never()
    }
}

/// What a site with `usage = required` asks of a type that is no response; implemented by nothing.
#[diagnostic::on_unimplemented(
    message = "this model call records no token usage: return a type that implements `InferenceResponse`, as by `#[derive(InferenceResponse)]` (of a stream, its items do), or say where the usage is: `record(input_tokens = reply.…, output_tokens = reply.…)`, `usage = |reply| …`, `usage = manual` where the body calls `current().record_usage(…)`, `usage = none` where there is none",
    label = "`{Self}` does not implement `InferenceResponse`"
)]
pub trait TellsUsage {}

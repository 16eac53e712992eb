//! Reads an outcome from whatever a function returned.
//!
//! Stable Rust has no specialization. Method lookup stands in for it: the wrappers below form a
//! chain by `Deref`, each has a method of the same name under a stricter bound than the next, and
//! the compiler takes the first whose bound holds for the type at hand. Within a generic function
//! only the bounds that it states count. The methods have names that no blanket trait of the user's is
//! likely to have: such a method would come before those further down the chain.

use std::borrow::Cow;
use std::fmt::Display;
use std::ops::Deref;

use futures_core::Stream;

use super::outcome::{ErrorType, OTHER, Outcome, describe, name_of_type, quietly};
use crate::response::{InferenceResponse, Response};

macro_rules! chain {
    ($($(#[$attribute:meta])* $outer:ident => $inner:ident;)*) => {$(
        $(#[$attribute])*
        #[derive(Debug)]
        pub struct $outer<'a, T>($inner<'a, T>);

        impl<'a, T> Deref for $outer<'a, T> {
            type Target = $inner<'a, T>;

            fn deref(&self) -> &$inner<'a, T> {
                &self.0
            }
        }
    )*};
}

chain! {
    /// What a function returned, about to be read.
    Inspect => OfStreamInOption;
    /// Optional streams: refused.
    OfStreamInOption => OfStream;
    /// Streams: refused.
    OfStream => OfNamedError;
    /// Errors that name themselves and can be printed.
    OfNamedError => OfNamedSilentError;
    /// Errors that name themselves.
    OfNamedSilentError => OfDisplayedError;
    /// Errors that can be printed.
    OfDisplayedError => OfError;
    /// Other errors.
    OfError => OfResponseInResult;
    /// Model responses within a `Result`.
    OfResponseInResult => OfResponse;
    /// Model responses.
    OfResponse => OfValue;
}

/// Any value.
#[derive(Debug)]
pub struct OfValue<'a, T>(&'a T);

impl<'a, T> Inspect<'a, T> {
    /// Looks at `output`.
    pub const fn new(output: &'a T) -> Self {
        let response = OfResponseInResult(OfResponse(OfValue(output)));
        let error = OfDisplayedError(OfError(response));
        Self(OfStreamInOption(OfStream(OfNamedError(OfNamedSilentError(error)))))
    }
}

impl<T> OfValue<'_, T> {
    /// Success: there is no error in this type.
    pub fn inspected_outcome(&self) -> Outcome {
        Outcome::default()
    }

    /// No response: the type does not implement [`InferenceResponse`].
    pub const fn inspected_response(&self) -> Option<Response> {
        None
    }
}

impl<T, E> OfError<'_, Result<T, E>> {
    /// Success or the error's type.
    pub fn inspected_outcome(&self) -> Outcome {
        match self.value() {
            Ok(_) => Outcome::default(),
            Err(_) => Outcome::failed(name_of_type::<E>(), ""),
        }
    }
}

impl<T, E: Display> OfDisplayedError<'_, Result<T, E>> {
    /// Success, or the error's type and text.
    pub fn inspected_outcome(&self) -> Outcome {
        match self.value() {
            Ok(_) => Outcome::default(),
            Err(error) => Outcome::failed(name_of_type::<E>(), describe(error)),
        }
    }
}

impl<T, E: ErrorType> OfNamedSilentError<'_, Result<T, E>> {
    /// Success, or the error's own name.
    pub fn inspected_outcome(&self) -> Outcome {
        match self.value() {
            Ok(_) => Outcome::default(),
            Err(error) => Outcome::failed(name(error), ""),
        }
    }
}

impl<T, E: ErrorType + Display> OfNamedError<'_, Result<T, E>> {
    /// Success, or the error's own name and its text.
    pub fn inspected_outcome(&self) -> Outcome {
        match self.value() {
            Ok(_) => Outcome::default(),
            Err(error) => Outcome::failed(name(error), describe(error)),
        }
    }
}

/// The name that an error gives itself.
fn name(error: &impl ErrorType) -> Cow<'static, str> {
    quietly(|| error.error_type()).unwrap_or(Cow::Borrowed(OTHER))
}

impl<T: Stream> OfStream<'_, T> {
    /// Never compiles: a stream would be traced as if it ended at once.
    pub fn inspected_outcome(&self) -> Outcome
    where
        T: TraceableOutput,
    {
        Outcome::default()
    }
}

impl<T: Stream, E> Inspect<'_, Result<T, E>> {
    /// Never compiles: a stream would be traced as if it ended at once.
    pub fn inspected_outcome(&self) -> Outcome
    where
        T: TraceableOutput,
    {
        Outcome::default()
    }
}

impl<T: Stream> OfStreamInOption<'_, Option<T>> {
    /// Never compiles: a stream would be traced as if it ended at once.
    pub fn inspected_outcome(&self) -> Outcome
    where
        T: TraceableOutput,
    {
        Outcome::default()
    }
}

impl<T: InferenceResponse> OfResponse<'_, T> {
    /// What the response says of itself.
    pub fn inspected_response(&self) -> Option<Response> {
        quietly(|| Response::of(self.value()))
    }
}

impl<T: InferenceResponse, E> OfResponseInResult<'_, Result<T, E>> {
    /// What the response says of itself, where there is one.
    pub fn inspected_response(&self) -> Option<Response> {
        quietly(|| self.value().as_ref().ok().map(Response::of)).flatten()
    }
}

impl<'a, T> OfValue<'a, T> {
    const fn value(&self) -> &'a T {
        self.0
    }
}

/// What an annotated function may return; implemented by nothing, asked only of streams.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is a stream, and a function that returns a stream cannot be annotated",
    label = "the span would end before the first item",
    note = "annotate the function that reads the stream to its end, or collect the stream inside this one"
)]
pub trait TraceableOutput {}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;
    use crate::Usage;

    struct Silent;

    #[derive(Debug)]
    struct Coded;

    impl Display for Coded {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("slow down")
        }
    }

    impl ErrorType for Coded {
        fn error_type(&self) -> Cow<'static, str> {
            "rate_limited".into()
        }
    }

    struct Reply;

    impl InferenceResponse for Reply {
        fn usage(&self) -> Option<Usage> {
            Some(Usage::new(3, 2))
        }
    }

    fn failure(outcome: Outcome) -> Option<(String, String)> {
        outcome.failure.map(|failure| (failure.error_type.into(), failure.description.into()))
    }

    #[test]
    fn each_type_is_read_by_the_strictest_method_it_allows() {
        assert!(failure(Inspect::new(&5).inspected_outcome()).is_none());
        assert!(failure(Inspect::new(&None::<u8>).inspected_outcome()).is_none());
        assert!(failure(Inspect::new(&Ok::<_, Silent>(5)).inspected_outcome()).is_none());

        let silent = failure(Inspect::new(&Err::<(), _>(Silent)).inspected_outcome());
        assert!(silent.is_some_and(|(name, text)| name.ends_with("::Silent") && text.is_empty()));

        let parse = "x".parse::<u8>();
        let displayed = failure(Inspect::new(&parse).inspected_outcome());
        assert!(displayed.is_some_and(|(_, text)| text == "invalid digit found in string"));

        let coded = failure(Inspect::new(&Err::<(), _>(Coded)).inspected_outcome());
        assert_eq!(coded, Some(("rate_limited".to_owned(), "slow down".to_owned())));
    }

    #[test]
    fn an_alias_of_result_is_a_result() {
        type Answer<T> = Result<T, Coded>;
        let answer: Answer<()> = Err(Coded);
        assert!(Inspect::new(&answer).inspected_outcome().failure.is_some());
    }

    #[test]
    fn responses_are_found_bare_and_within_results() {
        assert!(Inspect::new(&Reply).inspected_response().is_some());
        assert!(Inspect::new(&Ok::<_, Silent>(Reply)).inspected_response().is_some());
        assert!(Inspect::new(&Err::<Reply, _>(Silent)).inspected_response().is_none());
        assert!(Inspect::new(&Ok::<_, Silent>(5)).inspected_response().is_none());
    }
}

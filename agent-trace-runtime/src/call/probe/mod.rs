//! Finds out, by its type, how a call ends with what its body returned.
//!
//! Stable Rust has no specialization. Method lookup stands in for it: the types below form chains by
//! `Deref`, each has a method of the same name under a stricter bound than the next, and the compiler
//! takes the first whose bound holds for the type at hand. Within a generic function only the bounds that
//! it states count. The methods have names that no blanket trait of the user's is likely to have: such a
//! method would come before those further down the chain.
//!
//! Nothing of this runs. What a method returns is a type without a value, and it is the type that counts:
//! generated code writes the lookup in a closure that is never called, which the compiler checks and then
//! leaves out of the program.

use std::fmt::Display;
use std::marker::PhantomData;

use super::ending::{OfDisplayedError, OfNamedError, OfNamedSilentError, OfSilentError, OfValue};
use super::error_type::ErrorType;

mod items;
mod response;

chain! {
    /// What a function returned, about to be looked at.
    Probe => ProbeResult;
    /// Results.
    ProbeResult => ProbeStream;
    /// Streams.
    ProbeStream => ProbeValue;
}

/// Any value.
#[derive(Debug)]
pub struct ProbeValue<T>(PhantomData<fn() -> T>);

chain! {
    /// Results whose error names itself and can be printed.
    ProbeError => ProbeDisplayedError;
    /// Results whose error can be printed.
    ProbeDisplayedError => ProbeNamedError;
    /// Results whose error names itself.
    ProbeNamedError => ProbeSilentError;
}

/// Any result.
#[derive(Debug)]
pub struct ProbeSilentError<T>(PhantomData<fn() -> T>);

fn never<T>() -> T {
    unreachable!("probes are for the compiler to look at")
}

impl<T> ProbeValue<T> {
    /// A success: there is no error in this type.
    pub fn inspected_value(&self) -> OfValue {
        never()
    }
}

impl OfValue {
    /// There is nothing more to find out.
    pub fn inspected_ending(&self) -> Self {
        never()
    }
}

impl<T, E> ProbeResult<Result<T, E>> {
    /// A success or a failure.
    pub fn inspected_value(&self) -> ProbeError<Result<T, E>> {
        never()
    }
}

impl<T, E: ErrorType + Display> ProbeError<Result<T, E>> {
    /// The error's own name and its text.
    pub fn inspected_ending(&self) -> OfNamedError {
        never()
    }
}

impl<T, E: Display> ProbeDisplayedError<Result<T, E>> {
    /// The error's type and text.
    pub fn inspected_ending(&self) -> OfDisplayedError {
        never()
    }
}

impl<T, E: ErrorType> ProbeNamedError<Result<T, E>> {
    /// The error's own name.
    pub fn inspected_ending(&self) -> OfNamedSilentError {
        never()
    }
}

impl<T> ProbeSilentError<T> {
    /// The error's type.
    pub fn inspected_ending(&self) -> OfSilentError {
        never()
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::fmt;

    use super::super::ending::{Inspect, ReadResponse};
    use super::super::outcome::{Failure, Outcome};
    use super::*;
    use crate::response::{InferenceResponse, Usage};

    #[derive(Debug)]
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

    fn look<T, K: Inspect<T>>(output: &T, _: impl FnOnce(&Probe<T>) -> K) -> Option<Failure> {
        K::failure(output)
    }

    fn responds<T, R: ReadResponse<T>>(output: &T, _: impl FnOnce(&Probe<T>) -> R) -> bool {
        let mut outcome = Outcome::default();
        R::observe(output, &mut outcome);
        outcome.response.and_then(|response| response.usage()).is_some()
    }

    macro_rules! failure {
        ($output:expr) => {
            look(&$output, |probe| probe.inspected_value().inspected_ending())
                .map(|failure| (failure.error_type.to_string(), failure.description().to_owned()))
        };
    }

    macro_rules! responds {
        ($output:expr) => {
            responds(&$output, |probe| probe.inspected_response().inspected_usage_if_any())
        };
    }

    #[test]
    fn each_type_is_read_by_the_strictest_method_it_allows() {
        assert!(failure!(5).is_none());
        assert!(failure!(None::<u8>).is_none());
        assert!(failure!(Ok::<_, Silent>(5)).is_none());

        let silent = failure!(Err::<(), _>(Silent));
        assert!(silent.is_some_and(|(name, text)| name.ends_with("::Silent") && text.is_empty()));

        let displayed = failure!("x".parse::<u8>());
        assert!(displayed.is_some_and(|(_, text)| text == "invalid digit found in string"));

        let coded = failure!(Err::<(), _>(Coded));
        assert_eq!(coded, Some(("rate_limited".to_owned(), "slow down".to_owned())));
    }

    #[test]
    fn an_alias_of_result_is_a_result() {
        type Answer<T> = Result<T, Coded>;
        let answer: Answer<()> = Err(Coded);
        assert!(failure!(answer).is_some());
    }

    #[test]
    fn responses_are_found_bare_and_within_results() {
        assert!(responds!(Reply));
        assert!(responds!(Ok::<_, Silent>(Reply)));
        assert!(!responds!(Err::<Reply, _>(Silent)));
        assert!(!responds!(Ok::<_, Silent>(5)));
    }
}

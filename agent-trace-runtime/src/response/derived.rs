//! What `#[derive(InferenceResponse)]` reads from the fields of a type.

use std::borrow::Cow;
use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};

use super::{FinishReason, Usage};

/// A field that counts tokens, for `#[derive(InferenceResponse)]`.
///
/// Implemented for integers of every width, references to them and `Option`s of them. A negative number
/// is no count.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::InferenceResponse;
/// use agent_trace_runtime::response::{TokenCount, Usage};
///
/// struct Tokens(u32);
///
/// impl TokenCount for Tokens {
///     fn token_count(&self) -> Option<u64> {
///         Some(self.0.into())
///     }
/// }
///
/// # #[cfg(feature = "macros")] {
/// #[derive(InferenceResponse)]
/// struct Reply {
///     #[response(input_tokens)]
///     input: Tokens,
///     #[response(output_tokens)]
///     output: Option<i32>,
/// }
///
/// let reply = Reply { input: Tokens(412), output: Some(38) };
/// assert_eq!(reply.usage(), Some(Usage::new(412, 38)));
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no count of tokens",
    label = "not an integer",
    note = "integers of every width, references to them and `Option`s of them are; for a type of your own, implement `agent_trace_runtime::response::TokenCount`"
)]
pub trait TokenCount {
    /// The count, where there is one.
    fn token_count(&self) -> Option<u64>;
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl TokenCount for $integer {
            fn token_count(&self) -> Option<u64> {
                u64::try_from(*self).ok()
            }
        }
    )*};
}
integers!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

macro_rules! positive_integers {
    ($($integer:ty),*) => {$(
        impl TokenCount for $integer {
            fn token_count(&self) -> Option<u64> {
                self.get().token_count()
            }
        }
    )*};
}
positive_integers!(NonZeroU32, NonZeroU64, NonZeroUsize);

impl<T: TokenCount> TokenCount for Option<T> {
    fn token_count(&self) -> Option<u64> {
        self.as_ref()?.token_count()
    }
}

impl<T: TokenCount + ?Sized> TokenCount for &T {
    fn token_count(&self) -> Option<u64> {
        (**self).token_count()
    }
}

/// A field that is a text, or an `Option` of one. `M` tells the two apart, for the compiler to infer.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no text that a response can tell",
    label = "not a string",
    note = "`String`, `&str`, `Cow<str>`, any type that implements `AsRef<str>`, and an `Option` of one of them are"
)]
pub trait ResponseText<M> {
    /// The text, where there is one.
    fn response_text(&self) -> Option<&str>;
}

/// Marks what is a text.
#[derive(Debug)]
pub struct Plain;

/// Marks what may be a text.
#[derive(Debug)]
pub struct Optional;

#[diagnostic::do_not_recommend]
impl<T: AsRef<str> + ?Sized> ResponseText<Plain> for T {
    fn response_text(&self) -> Option<&str> {
        Some(self.as_ref())
    }
}

#[diagnostic::do_not_recommend]
impl<T: AsRef<str>> ResponseText<Optional> for Option<T> {
    fn response_text(&self) -> Option<&str> {
        self.as_ref().map(AsRef::as_ref)
    }
}

/// A field with one text for each choice.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of finish reasons",
    label = "not a list of strings",
    note = "a `Vec`, a slice or an array of strings, or of `Option`s of them, is; mark the one reason of a response by `#[response(finish_reason)]`"
)]
pub trait ResponseTexts<M> {
    /// The texts in the order of the choices.
    fn response_texts(&self) -> impl Iterator<Item = Option<&str>>;
}

impl<T: ResponseText<M>, M> ResponseTexts<M> for [T] {
    fn response_texts(&self) -> impl Iterator<Item = Option<&str>> {
        self.iter().map(T::response_text)
    }
}

macro_rules! lists {
    ($([$($size:tt)*] $list:ty => $slice:ident;)*) => {$(
        impl<T: ResponseText<M>, M, $($size)*> ResponseTexts<M> for $list {
            fn response_texts(&self) -> impl Iterator<Item = Option<&str>> {
                self.$slice().response_texts()
            }
        }
    )*};
}
lists! {
    [] Vec<T> => as_slice;
    [const N: usize] [T; N] => as_slice;
}

impl<L: ResponseTexts<M> + ?Sized, M> ResponseTexts<M> for &L {
    fn response_texts(&self) -> impl Iterator<Item = Option<&str>> {
        (**self).response_texts()
    }
}

/// A text, where the field has one.
pub fn text<T: ResponseText<M> + ?Sized, M>(field: &T) -> Option<&str> {
    field.response_text()
}

/// The finish reason of the only choice.
pub fn finish_reason<T: ResponseText<M> + ?Sized, M>(field: &T) -> Vec<Cow<'_, str>> {
    field.response_text().map(Cow::Borrowed).into_iter().collect()
}

/// The finish reasons of all choices.
pub fn finish_reasons<T: ResponseTexts<M> + ?Sized, M>(field: &T) -> FinishReasons<'_> {
    FinishReasons(field.response_texts().collect())
}

/// A finish reason for each choice that has one.
#[derive(Debug)]
pub struct FinishReasons<'a>(Vec<Option<&'a str>>);

impl<'a> FinishReasons<'a> {
    /// All reasons, `error` where a choice has none.
    #[must_use]
    pub fn all(self) -> Vec<Cow<'a, str>> {
        self.0.into_iter().map(|reason| Cow::Borrowed(reason.unwrap_or("error"))).collect()
    }

    /// The choices that have one.
    #[must_use]
    pub fn finished(self) -> Vec<FinishReason<'a>> {
        let choices = self.0.into_iter().enumerate();
        choices.filter_map(|(choice, reason)| Some(FinishReason::new(choice, reason?))).collect()
    }

    /// How many choices there are.
    #[must_use]
    pub fn count(self) -> usize {
        self.0.len()
    }
}

/// Gathers a usage from the fields that count.
#[derive(Debug, Default)]
pub struct CountedUsage(Usage);

impl CountedUsage {
    /// All input tokens, cached ones included.
    #[must_use]
    pub fn input(mut self, field: &(impl TokenCount + ?Sized)) -> Self {
        self.0.stated.input = field.token_count();
        self
    }

    /// The input tokens beside those of the cache.
    #[must_use]
    pub fn uncached_input(mut self, field: &(impl TokenCount + ?Sized)) -> Self {
        self.0.uncached_input = field.token_count();
        self
    }

    /// All output tokens.
    #[must_use]
    pub fn output(mut self, field: &(impl TokenCount + ?Sized)) -> Self {
        self.0.stated.output = field.token_count();
        self
    }

    /// The input tokens that the cache was read for.
    #[must_use]
    pub fn cached_input(mut self, field: &(impl TokenCount + ?Sized)) -> Self {
        self.0.stated.cache_read = field.token_count();
        self
    }

    /// The input tokens that were written to the cache.
    #[must_use]
    pub fn cache_write_input(mut self, field: &(impl TokenCount + ?Sized)) -> Self {
        self.0.stated.cache_write = field.token_count();
        self
    }

    /// The output tokens of reasoning.
    #[must_use]
    pub fn reasoning_output(mut self, field: &(impl TokenCount + ?Sized)) -> Self {
        self.0.stated.reasoning = field.token_count();
        self
    }

    /// The usage, if any field has a count.
    #[must_use]
    pub fn told(self) -> Option<Usage> {
        (self.0 != Usage::default()).then_some(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_count_is_absent() {
        assert_eq!((-1_i64).token_count(), None);
        assert_eq!(u128::MAX.token_count(), None);
        assert_eq!(Some(&Some(7_u8)).token_count(), Some(7));
        assert_eq!(CountedUsage::default().input(&-1).output(&None::<u64>).told(), None);
        assert_eq!(CountedUsage::default().input(&0).told(), Some(Usage::default().with_input(0)));
    }

    #[test]
    fn texts_are_found_in_whatever_holds_them() {
        let owned = String::from("stop");
        assert_eq!(text(&owned), Some("stop"));
        assert_eq!(text("stop"), Some("stop"));
        assert_eq!(text(&Cow::Borrowed("stop")), Some("stop"));
        assert_eq!(text(&Some(&owned)), Some("stop"));
        assert_eq!(text(&Some(std::sync::Arc::<str>::from("stop"))), Some("stop"));
        assert_eq!(text(&None::<String>), None);
    }

    #[test]
    fn a_choice_without_a_reason_keeps_its_place() {
        let reasons = vec![Some("stop"), None, Some("length")];
        assert_eq!(finish_reasons(&reasons).all(), ["stop", "error", "length"]);
        let finished = finish_reasons(&reasons).finished().into_iter();
        assert_eq!(finished.map(|finished| finished.choice).collect::<Vec<_>>(), [0, 2]);
        assert_eq!(finish_reasons(&["stop"]).count(), 1);
    }
}

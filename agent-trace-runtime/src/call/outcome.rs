//! How a call ended.

use std::any::{Any, type_name};
use std::borrow::Cow;
use std::fmt::{Display, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::content::end_before_last_word;
use crate::response::Response;
use crate::semconv::ERROR_TYPE_OTHER;
use crate::signals::Settings;

/// The most bytes of an error's text that a span's status carries.
const MAX_DESCRIPTION: usize = 1024;

/// The most bytes of an error's text that are kept to be redacted, before it is cut.
const MAX_COLLECTED: usize = 16 * 1024;

/// The most bytes of the name that an error gives itself.
const MAX_NAME: usize = 128;

/// How a call ended, and what its result tells of the model's response.
#[derive(Debug, Default)]
pub struct Outcome {
    pub(crate) failure: Option<Failure>,
    /// Where the result tells of one.
    pub(crate) response: Option<Response>,
    /// Whether the result is none, which has nothing to tell.
    pub(crate) is_absent: bool,
}

#[derive(Clone, Debug)]
pub struct Failure {
    pub(crate) error_type: Cow<'static, str>,
    /// Our own words where they are borrowed, the error's where they are owned.
    description: Cow<'static, str>,
    /// Whether something went wrong, and not only came to an end too early.
    pub(crate) is_exception: bool,
}

impl Outcome {
    pub(crate) fn absent() -> Self {
        Self { is_absent: true, ..Self::default() }
    }

    pub(crate) fn cancelled() -> Self {
        Self::cut_short("cancelled", "dropped before it finished")
    }

    pub(crate) fn abandoned() -> Self {
        Self::cut_short("abandoned", "the stream was dropped before its end")
    }

    pub(crate) fn panicked() -> Self {
        Self::from(Failure::new("panic", "panicked"))
    }

    pub(crate) fn cut_off() -> Self {
        Self::cut_short("cancelled", "telemetry ended before it finished")
    }

    fn cut_short(error_type: &'static str, description: &'static str) -> Self {
        Self::from(Failure { is_exception: false, ..Failure::new(error_type, description) })
    }
}

impl Failure {
    pub(crate) fn new(
        error_type: impl Into<Cow<'static, str>>,
        description: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { error_type: error_type.into(), description: description.into(), is_exception: true }
    }
}

impl Failure {
    /// What is said of it: the words of an error only where they may be told, since they can quote what a user
    /// wrote. They are redacted whole, and then cut.
    pub(crate) fn text(&self, settings: &Settings) -> Cow<'_, str> {
        let mut text = match &self.description {
            Cow::Borrowed(text) => return Cow::Borrowed(text),
            Cow::Owned(text) if settings.may_quote() => settings.content.error_text(text),
            Cow::Owned(_) => return Cow::Borrowed(""),
        };
        let end = boundary_before(&text, MAX_DESCRIPTION);
        match &mut text {
            Cow::Borrowed(text) => *text = &text[..end],
            Cow::Owned(text) => text.truncate(end),
        }
        text
    }

    /// Whether this is the failure of a call below, handed on: as it was, or within the words of another error.
    pub(crate) fn repeats(&self, below: &Self) -> bool {
        let is_quoted =
            !below.description.is_empty() && self.description.contains(below.description.as_ref());
        is_quoted || self.error_type == below.error_type
    }

    /// The text, whoever may see it.
    #[cfg(test)]
    pub(crate) fn description(&self) -> &str {
        &self.description
    }
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        Self { failure: Some(failure), ..Self::default() }
    }
}

/// The path of type `E` without its generics, or `_OTHER` for a type that is only text or a boxed
/// trait object.
pub(crate) fn name_of_type<E: ?Sized>() -> &'static str {
    const POINTERS: [&str; 5] =
        ["alloc::boxed::Box<", "alloc::sync::Arc<", "alloc::rc::Rc<", "core::pin::Pin<", "&"];
    let mut name = type_name::<E>();
    while let Some(inside) = POINTERS.iter().find_map(|pointer| name.strip_prefix(pointer)) {
        name = inside;
    }
    if name.starts_with(['(', '[', '*']) || name.starts_with("dyn ") {
        return ERROR_TYPE_OTHER;
    }
    let end = name.find(['<', '>']).unwrap_or(name.len());
    match &name[..end] {
        "alloc::string::String" | "alloc::borrow::Cow" | "str" => ERROR_TYPE_OTHER,
        path => path,
    }
}

/// The text of an error, as much as is redacted. Where there is more, the last word is dropped: a redactor
/// does not know half of a key. A text that fails to format is kept as far as it came.
pub(crate) fn describe(error: &dyn Display) -> String {
    struct Bounded {
        text: String,
        is_cut: bool,
    }

    impl Write for Bounded {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            let room = MAX_COLLECTED - self.text.len();
            let end = boundary_before(text, room);
            self.text.push_str(&text[..end]);
            self.is_cut |= end < text.len();
            if self.is_cut { Err(std::fmt::Error) } else { Ok(()) }
        }
    }

    let mut bounded = Bounded { text: String::new(), is_cut: false };
    // A text that panics is not to take the call along.
    let _ = quietly(|| write!(bounded, "{error}"));
    let Bounded { mut text, is_cut } = bounded;
    if is_cut {
        // JSON without spaces is one word: half of it stays, far from where it is told.
        let end = end_before_last_word(&text).max(boundary_before(&text, MAX_COLLECTED / 2));
        text.truncate(end);
    }
    text
}

/// The last end of a character that is not behind this.
fn boundary_before(text: &str, max_bytes: usize) -> usize {
    let most = max_bytes.min(text.len());
    (0..=most).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0)
}

/// Asks something of the user's types; `None` where it panics.
pub(crate) fn quietly<T>(ask: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(ask)).map_err(forget).ok()
}

/// Drops what somebody panicked with, which may panic again: with something that may as well, and is left
/// where it is.
#[cold]
fn forget(payload: Box<dyn Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(again);
    }
}

/// The name of an error, or `_OTHER` in place of what looks like none: a message, say.
pub(crate) fn bounded(name: Cow<'static, str>) -> Cow<'static, str> {
    let is_name = (1..=MAX_NAME).contains(&name.len())
        && !name.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    if is_name { name } else { Cow::Borrowed(ERROR_TYPE_OTHER) }
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::sync::Arc;

    use super::*;

    struct Generic<T>(std::marker::PhantomData<T>);

    #[test]
    fn error_types_are_paths_without_generics() {
        assert_eq!(name_of_type::<std::num::ParseIntError>(), "core::num::error::ParseIntError");
        assert!(name_of_type::<Generic<Vec<u8>>>().ends_with("::Generic"));
        assert_eq!(name_of_type::<Box<std::fmt::Error>>(), "core::fmt::Error");
        assert_eq!(name_of_type::<Arc<&std::fmt::Error>>(), "core::fmt::Error");
        assert_eq!(name_of_type::<std::pin::Pin<Box<std::fmt::Error>>>(), "core::fmt::Error");
    }

    #[test]
    fn what_is_no_name_is_another_error() {
        for name in ["429", "rate_limited", "core::fmt::Error", &"x".repeat(MAX_NAME)] {
            assert_eq!(bounded(Cow::Owned(name.to_owned())), name);
        }
        for text in ["", "order 1042 is not there", "a\nb", "a\u{7}", &"x".repeat(MAX_NAME + 1)] {
            assert_eq!(bounded(Cow::Owned(text.to_owned())), ERROR_TYPE_OTHER);
        }
    }

    #[test]
    fn a_panic_within_a_panic_stays_inside() {
        struct Again;

        impl Drop for Again {
            fn drop(&mut self) {
                if !std::thread::panicking() {
                    std::panic::panic_any(Self);
                }
            }
        }

        assert!(quietly(|| std::panic::panic_any(Again)).is_none());
    }

    #[test]
    fn text_and_trait_objects_have_no_type_of_their_own() {
        assert_eq!(name_of_type::<String>(), ERROR_TYPE_OTHER);
        assert_eq!(name_of_type::<&'static str>(), ERROR_TYPE_OTHER);
        assert_eq!(name_of_type::<Cow<'static, str>>(), ERROR_TYPE_OTHER);
        assert_eq!(name_of_type::<()>(), ERROR_TYPE_OTHER);
        assert_eq!(name_of_type::<Box<dyn Error + Send + Sync>>(), ERROR_TYPE_OTHER);
    }

    fn told(text: &str, redactor: impl crate::content::Redact + 'static) -> String {
        let mut settings = Settings { error_messages: true, ..Settings::default() };
        settings.content.redactor = Some(Arc::new(redactor));
        Failure::new("refused", describe(&text)).text(&settings).into_owned()
    }

    #[test]
    fn descriptions_are_bounded_and_keep_whole_characters() {
        assert_eq!(describe(&"short"), "short");
        let long = "é".repeat(MAX_DESCRIPTION);
        let settings = Settings { error_messages: true, ..Settings::default() };
        let failure = Failure::new("refused", describe(&format_args!("x{long}")));
        let text = failure.text(&settings);
        assert_eq!(text.len(), MAX_DESCRIPTION - 1);
        assert!(text.ends_with('é'));
        assert!(describe(&"word ".repeat(MAX_COLLECTED)).len() < MAX_COLLECTED);
        assert_eq!(describe(&"x".repeat(2 * MAX_COLLECTED)).len(), MAX_COLLECTED / 2);
    }

    #[test]
    fn descriptions_are_redacted_before_they_are_cut() {
        let hide = |mut content: crate::content::Content| {
            content.map_text(|text| *text = text.replace("sk-secret", "[key]"));
            Some(content)
        };
        let text = format!("{}sk-secret is wrong", "x".repeat(MAX_DESCRIPTION - 5));
        let told = told(&text, hide);
        assert!(told.ends_with("x[key]") && told.len() == MAX_DESCRIPTION, "{told}");
    }

    #[test]
    fn what_was_never_read_leaves_no_half_of_a_word() {
        // So much is taken out that the end is told.
        let shrink = |mut content: crate::content::Content| {
            content.map_text(|text| *text = text.replace("much ", ""));
            Some(content)
        };
        let before = "much ".repeat(MAX_COLLECTED / 5 - 1);
        let told = told(&format!("{before}end sk-secret"), shrink);
        assert!(told.starts_with("end") && !told.contains("sk-"), "{told}");
    }
}

//! Names of errors, low in cardinality by construction.

use std::borrow::Cow;
use std::error::Error;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use crate::semconv::ERROR_TYPE_OTHER;

/// The most sources of an error that are looked into.
const MAX_SOURCES: usize = 16;

/// Gives an error a name of its own in `error.type`.
///
/// Without it, the name is the type's path without generics. The name must be low in cardinality:
/// a code or a kind, never a message or an id. What has white space or control characters, or more than
/// 128 bytes, is recorded as `_OTHER`.
///
/// Where the error is not yours, or one function knows better, there is `error_type = |error| …` in the
/// attribute.
///
/// # Examples
///
/// ```
/// use std::borrow::Cow;
/// use agent_trace_runtime::ErrorType;
///
/// enum ApiError { RateLimited, Http(u16) }
///
/// impl ErrorType for ApiError {
///     fn error_type(&self) -> Cow<'static, str> {
///         match self {
///             ApiError::RateLimited => "rate_limited".into(),
///             ApiError::Http(status) => status.to_string().into(),
///         }
///     }
/// }
/// assert_eq!(ApiError::Http(503).error_type(), "503");
/// ```
pub trait ErrorType {
    /// The value of `error.type`.
    fn error_type(&self) -> Cow<'static, str>;
}

macro_rules! error_pointers {
    ($($pointer:ty),*) => {$(
        impl<E: ErrorType + ?Sized> ErrorType for $pointer {
            fn error_type(&self) -> Cow<'static, str> {
                (**self).error_type()
            }
        }
    )*};
}
error_pointers!(&E, Box<E>, Rc<E>, Arc<E>, Pin<Box<E>>);

macro_rules! trait_objects {
    ($($object:ty;)*) => {$(
        /// The name of the first cause that has one: the kind of an I/O error, the status of an HTTP
        /// response; else `_ERROR_TYPE_OTHER`.
        impl ErrorType for $object {
            fn error_type(&self) -> Cow<'static, str> {
                name_of_cause(self)
            }
        }
    )*};
}
trait_objects! {
    dyn Error;
    dyn Error + Send;
    dyn Error + Send + Sync;
}

/// What it wraps names it, as of `Box<dyn Error>`, else its kind: `connection_refused`.
impl ErrorType for io::Error {
    fn error_type(&self) -> Cow<'static, str> {
        name_of_cause(self)
    }
}

/// As of `Box<dyn Error>`: the name of the first cause that has one.
#[cfg(feature = "anyhow")]
impl ErrorType for anyhow::Error {
    fn error_type(&self) -> Cow<'static, str> {
        let error: &(dyn Error + Send + Sync) = self.as_ref();
        name_of_cause(error)
    }
}

/// The status of the response, or what kept it from coming: `timeout`, `connect`, `redirect`, `body`,
/// `decode`.
#[cfg(feature = "reqwest")]
impl ErrorType for reqwest::Error {
    fn error_type(&self) -> Cow<'static, str> {
        if let Some(status) = self.status() {
            return status.as_u16().to_string().into();
        }
        let kinds = [
            (self.is_timeout(), "timeout"),
            (self.is_connect(), "connect"),
            (self.is_redirect(), "redirect"),
            (self.is_decode(), "decode"),
            (self.is_body(), "body"),
        ];
        let kind = kinds.into_iter().find_map(|(is_so, kind)| is_so.then_some(kind));
        Cow::Borrowed(kind.unwrap_or("reqwest::Error"))
    }
}

fn name_of_cause(error: &(dyn Error + 'static)) -> Cow<'static, str> {
    let causes = || std::iter::successors(Some(error), |&error| error.source()).take(MAX_SOURCES);
    let name = causes().find_map(known_name).or_else(|| causes().find_map(kind_of_wrapper));
    name.unwrap_or(Cow::Borrowed(ERROR_TYPE_OTHER))
}

/// The name of an error of a type that is known here.
fn known_name(error: &(dyn Error + 'static)) -> Option<Cow<'static, str>> {
    #[cfg(feature = "reqwest")]
    if let Some(error) = error.downcast_ref::<reqwest::Error>() {
        return Some(error.error_type());
    }
    #[cfg(feature = "async-openai-client")]
    if let Some(error) = error.downcast_ref::<async_openai::error::OpenAIError>() {
        return Some(error.error_type());
    }
    let error = error.downcast_ref::<io::Error>()?;
    match error.get_ref() {
        // What wraps another error is named by that one, which is none of its sources.
        Some(wrapped) => known_name(wrapped),
        None => Some(kind(error)),
    }
}

/// The kind of an I/O error that wraps one without a name.
fn kind_of_wrapper(error: &(dyn Error + 'static)) -> Option<Cow<'static, str>> {
    let error = error.downcast_ref::<io::Error>()?;
    (error.kind() != io::ErrorKind::Other).then(|| kind(error))
}

fn kind(error: &io::Error) -> Cow<'static, str> {
    snake_case(&format!("{:?}", error.kind())).into()
}

/// `ConnectionRefused` as `connection_refused`.
fn snake_case(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for character in name.chars() {
        if character.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(character.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;

    #[derive(Debug)]
    struct Wrapping(io::Error);

    impl fmt::Display for Wrapping {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("order 1042 is not there")
        }
    }

    impl Error for Wrapping {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn a_boxed_error_is_named_by_its_cause() {
        let refused = || Wrapping(io::Error::from(io::ErrorKind::ConnectionRefused));
        let boxed: Box<dyn Error> = Box::new(refused());
        assert_eq!(boxed.error_type(), "connection_refused");
        let boxed: Box<dyn Error + Send + Sync> = Box::new(refused());
        assert_eq!(boxed.error_type(), "connection_refused");
        let boxed: Box<dyn Error> = "order 1042 is not there".into();
        assert_eq!(boxed.error_type(), ERROR_TYPE_OTHER);
    }

    #[test]
    fn what_an_io_error_wraps_names_it() {
        let inner = io::Error::from(io::ErrorKind::TimedOut);
        let boxed: Box<dyn Error> = Box::new(io::Error::other(Wrapping(inner)));
        assert_eq!(boxed.error_type(), "timed_out");
    }

    #[test]
    fn an_io_error_has_one_name_bare_and_boxed() {
        let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(refused().error_type(), "connection_refused");
        assert_eq!(Box::pin(refused()).error_type(), "connection_refused");
        let text = || io::Error::new(io::ErrorKind::InvalidData, "order 1042");
        let boxed: Box<dyn Error> = Box::new(text());
        assert_eq!(text().error_type(), "invalid_data");
        assert_eq!(boxed.error_type(), "invalid_data");
        let boxed: Box<dyn Error> = Box::new(io::Error::other("order 1042"));
        assert_eq!(boxed.error_type(), ERROR_TYPE_OTHER);
    }

    #[cfg(feature = "anyhow")]
    #[test]
    fn anyhow_is_looked_into() {
        let error = anyhow::Error::new(io::Error::from(io::ErrorKind::TimedOut)).context("asking");
        assert_eq!(error.error_type(), "timed_out");
    }
}

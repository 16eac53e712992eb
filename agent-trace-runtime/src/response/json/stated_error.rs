//! The errors that stand in a body, in the middle of a stream most often.
//!
//! Anthropic and OpenAI have a `type`, the latter mostly with a `code`; Gemini a `status` beside a number.

use std::borrow::Cow;
use std::fmt;

use serde_core::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::body::Body;
use super::lenient::{Text, nothing};
use crate::semconv::ERROR_TYPE_OTHER;

/// The most specific name that an error has, if there is one.
#[derive(Default)]
pub(super) struct StatedError<'de>(pub(super) Option<Cow<'de, str>>);

impl<'de> Deserialize<'de> for StatedError<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ErrorVisitor;

        impl<'de> Visitor<'de> for ErrorVisitor {
            type Value = StatedError<'de>;

            nothing!(bool u64 i64 f64 unit seq);

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("anything")
            }

            // Ollama's are messages.
            fn visit_str<E: Error>(self, message: &str) -> Result<StatedError<'de>, E> {
                Ok(StatedError((!message.is_empty()).then_some(Cow::Borrowed(ERROR_TYPE_OTHER))))
            }

            fn visit_map<A: MapAccess<'de>>(
                self,
                mut entries: A,
            ) -> Result<StatedError<'de>, A::Error> {
                let (mut status, mut code, mut kind) = <(Text<'_>, Code<'_>, Text<'_>)>::default();
                let mut is_empty = true;
                while let Some(Text(key)) = entries.next_key()? {
                    is_empty = false;
                    match key.as_deref() {
                        Some("status") => status = entries.next_value()?,
                        Some("code") => code = entries.next_value()?,
                        Some("type") => kind = entries.next_value()?,
                        _ => drop(entries.next_value::<IgnoredAny>()?),
                    }
                }
                // A number is that of the HTTP status, which a name tells more exactly.
                let (code, number) =
                    if code.is_number { (None, code.text) } else { (code.text, None) };
                let name = status.0.or(code).or(kind.0).or(number);
                Ok(StatedError(
                    (!is_empty).then(|| name.unwrap_or(Cow::Borrowed(ERROR_TYPE_OTHER))),
                ))
            }
        }

        deserializer.deserialize_any(ErrorVisitor)
    }
}

/// A code, as a text or as a number.
#[derive(Default)]
struct Code<'de> {
    text: Option<Cow<'de, str>>,
    is_number: bool,
}

impl<'de> Deserialize<'de> for Code<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CodeVisitor;

        impl<'de> Visitor<'de> for CodeVisitor {
            type Value = Code<'de>;

            nothing!(bool i64 f64 unit seq map);

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("anything")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Code<'de>, E> {
                Ok(Code { text: Some(number.to_string().into()), is_number: true })
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Code<'de>, E> {
                Ok(Code { text: Some(Cow::Borrowed(text)), is_number: false })
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Code<'de>, E> {
                Ok(Code { text: Some(Cow::Owned(text.to_owned())), is_number: false })
            }
        }

        deserializer.deserialize_any(CodeVisitor)
    }
}

/// Takes the error that a body tells of: its own, that of the response within it, or of an event that is
/// an error itself.
pub(super) fn take_error<'a>(body: &mut Body<'a>) -> Option<Cow<'a, str>> {
    let within = [&mut body.response, &mut body.x_groq];
    let within = within.into_iter().flatten().map(|statement| &mut statement.error);
    let stated =
        std::iter::once(&mut body.own.error).chain(within).find_map(|error| error.0.take());
    if stated.is_some() || !body.kind.is("error") {
        return stated;
    }
    Some(body.code.0.take().unwrap_or(Cow::Borrowed(ERROR_TYPE_OTHER)))
}

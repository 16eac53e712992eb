//! Messages, parts and tools as providers write them in JSON.
//!
//! What a provider writes is recognised by its shape; what is not recognised is kept as it is, as a part
//! of another kind.

mod message;
mod parts;
mod tools;

use std::borrow::Cow;

use serde_json::{Map, Value};

pub(crate) use message::{message_parts, messages, said};
use parts::call_of_openai;
pub(crate) use parts::{part, parts, refusal};
pub(crate) use tools::tools;

/// A text of an object; an empty one is none.
pub(crate) fn text<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    object.get(key)?.as_str().filter(|text| !text.is_empty())
}

/// The first of several texts of an object.
pub(crate) fn first_text<'a>(object: &'a Map<String, Value>, keys: &[&str]) -> Option<&'a str> {
    keys.iter().find_map(|key| text(object, key))
}

/// An object within an object.
pub(crate) fn object<'a>(
    object: &'a Map<String, Value>,
    key: &str,
) -> Option<&'a Map<String, Value>> {
    object.get(key)?.as_object()
}

/// A list within an object; an empty one where there is none.
pub(crate) fn list<'a>(object: &'a Map<String, Value>, key: &str) -> &'a [Value] {
    object.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The texts of the elements of a list, one after the other.
pub(crate) fn joined<'a>(elements: &'a [Value], key: &str) -> Cow<'a, str> {
    let mut texts = elements.iter().filter_map(|element| text(element.as_object()?, key));
    match (texts.next(), texts.next()) {
        (None, _) => Cow::Borrowed(""),
        (Some(only), None) => Cow::Borrowed(only),
        (Some(first), Some(second)) => {
            let all = [first, second].into_iter().chain(texts);
            Cow::Owned(all.collect::<Vec<_>>().join("\n"))
        }
    }
}

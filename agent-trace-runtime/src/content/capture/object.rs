//! Builds the object that a derived capture is, field by field.

use serde_json::{Map, Value};

use super::Capture;
use crate::call::quietly;
use crate::content::MASK;
use crate::content::bound::{cut_at_word, cut_value};

/// Builds an object of captured fields, for `#[derive(Capture)]`.
///
/// ```
/// use agent_trace_runtime::content::ObjectBuilder;
///
/// let value = ObjectBuilder::default()
///     .field("id", &1042)
///     .masked("password", "secret")
///     .bounded("note", "a very long note", 6)
///     .finish();
/// assert_eq!(value["password"], "***");
/// assert_eq!(value["note"], "a very…[10 bytes cut]");
/// ```
#[derive(Debug, Default)]
pub struct ObjectBuilder(Map<String, Value>);

impl ObjectBuilder {
    /// A field as it is.
    #[must_use]
    pub fn field(mut self, name: &str, value: &(impl Capture + ?Sized)) -> Self {
        // What one field panics about is not to take the others along.
        self.0.insert(name.to_owned(), quietly(|| value.capture()).unwrap_or_default());
        self
    }

    /// A field whose value is not even looked at.
    #[must_use]
    pub fn masked<T: ?Sized>(mut self, name: &str, _value: &T) -> Self {
        self.0.insert(name.to_owned(), MASK.into());
        self
    }

    /// A field of which so many bytes are kept: of a text as it is, of another value as JSON.
    ///
    /// Texts are cut between words, and before a number in groups, such as that of a card: what a
    /// redactor knows by its whole shape is not to be cut in half.
    #[must_use]
    pub fn bounded(
        mut self,
        name: &str,
        value: &(impl Capture + ?Sized),
        max_bytes: usize,
    ) -> Self {
        self.0.insert(name.to_owned(), Self::bounded_value(value, max_bytes));
        self
    }

    /// A value of which so many bytes are kept.
    pub(crate) fn bounded_value(value: &(impl Capture + ?Sized), max_bytes: usize) -> Value {
        let Some(mut value) = quietly(|| value.capture()) else { return Value::Null };
        match &mut value {
            Value::String(text) => cut_at_word(text, max_bytes),
            other => cut_value(other, max_bytes),
        }
        value
    }

    /// The object.
    #[must_use]
    pub fn finish(self) -> Value {
        Value::Object(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_shows_no_half_of_a_word() {
        let bounded =
            |text: &str, bytes| ObjectBuilder::default().bounded("f", text, bytes).finish();
        assert_eq!(bounded("my key is sk-abcdef", 14)["f"], "my key is…[10 bytes cut]");
        assert_eq!(bounded("sk-abcdef", 4)["f"], "…[9 bytes cut]");
        assert_eq!(bounded("card 4111 1111 1111 1111 ok", 20)["f"], "card…[23 bytes cut]");
        assert_eq!(bounded("日本語です", 7)["f"], "日本…[9 bytes cut]");
        let list = [format!("a word and {}", "k".repeat(200)), "short".to_owned()];
        let list = ObjectBuilder::default().bounded("f", &list, 120).finish();
        assert_eq!(list["f"], serde_json::json!(["a word and…[201 bytes cut]", "short"]));
        let long = ObjectBuilder::default().bounded("f", &[1_000; 50], 70).finish();
        assert_eq!(long["f"], "…[50 elements cut]");
    }
}

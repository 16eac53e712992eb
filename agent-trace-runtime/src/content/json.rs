//! JSON that may be as deep as anyone likes: built, copied, measured and dropped without overflowing a
//! stack.

use std::io;

use serde_json::{Map, Value};

/// How deep a value may nest within content. What is deeper is replaced by [`TOO_DEEP`].
pub(crate) const MAX_DEPTH: usize = 64;

/// What stands for a value that is nested too deeply.
pub(crate) const TOO_DEEP: &str = "…[nested too deeply]";

/// Builds an object in the order of its keys' mention.
#[derive(Default)]
pub(crate) struct Object(Map<String, Value>);

impl Object {
    pub(crate) fn value(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    pub(crate) fn text(self, key: &str, text: &str) -> Self {
        self.value(key, text)
    }

    /// The key, unless there is nothing to say of it.
    pub(crate) fn optional(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.value(key, value),
            None => self,
        }
    }

    /// Copies of these fields, unless a key is there already.
    pub(crate) fn fields(self, fields: &Map<String, Value>) -> Self {
        self.fields_except(fields, &[])
    }

    /// The same, without keys that have a type of their own.
    pub(crate) fn fields_except(mut self, fields: &Map<String, Value>, keys: &[&str]) -> Self {
        for (key, value) in fields {
            if !self.0.contains_key(key) && !keys.contains(&key.as_str()) {
                self.0.insert(key.clone(), bounded_copy(value));
            }
        }
        self
    }

    pub(crate) fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

/// A copy that is no deeper than [`MAX_DEPTH`].
pub(crate) fn bounded_copy(value: &Value) -> Value {
    copy_below(value, 0)
}

fn copy_below(value: &Value, depth: usize) -> Value {
    match value {
        Value::Array(elements) if !elements.is_empty() => {
            if depth == MAX_DEPTH {
                return TOO_DEEP.into();
            }
            elements.iter().map(|element| copy_below(element, depth + 1)).collect()
        }
        Value::Object(entries) if !entries.is_empty() => {
            if depth == MAX_DEPTH {
                return TOO_DEEP.into();
            }
            let copies = entries.iter();
            copies.map(|(key, value)| (key.clone(), copy_below(value, depth + 1))).collect()
        }
        flat => flat.clone(),
    }
}

/// Copies of the fields of an object, without some.
pub(crate) fn copied_fields(entries: &Map<String, Value>, without: &[&str]) -> Map<String, Value> {
    Object::default().fields_except(entries, without).0
}

/// Replaces what is nested too deeply.
pub(crate) fn cap_depth(value: &mut Value) {
    cap_below(value, 0);
}

fn cap_below(value: &mut Value, depth: usize) {
    let is_nested = match &*value {
        Value::Array(elements) => !elements.is_empty(),
        Value::Object(entries) => !entries.is_empty(),
        _ => false,
    };
    if is_nested && depth == MAX_DEPTH {
        dismantle(std::mem::replace(value, TOO_DEEP.into()));
        return;
    }
    match value {
        Value::Array(elements) => {
            elements.iter_mut().for_each(|element| cap_below(element, depth + 1));
        }
        Value::Object(entries) => {
            entries.values_mut().for_each(|value| cap_below(value, depth + 1));
        }
        _ => {}
    }
}

/// Drops a value level by level: its own drop goes as deep as it does.
fn dismantle(value: Value) {
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        match value {
            Value::Array(elements) => left.extend(elements),
            Value::Object(entries) => left.extend(entries.into_iter().map(|(_, value)| value)),
            _ => {}
        }
    }
}

/// An object for whatever this is: other values stand under the key `value`.
pub(crate) fn into_object(value: Value) -> Map<String, Value> {
    match parsed_object(value) {
        Value::Object(entries) => entries,
        other => Map::from_iter([("value".to_owned(), other)]),
    }
}

/// The object that a text holds as JSON; any other value as it is.
pub(crate) fn parsed_object(value: Value) -> Value {
    let is_object = |text: &str| text.trim_ascii_start().starts_with('{');
    match value {
        Value::String(text) if is_object(&text) => match serde_json::from_str(&text) {
            Ok(Value::Object(entries)) => Value::Object(entries),
            _ => Value::String(text),
        },
        other => other,
    }
}

/// The length of a value as JSON text, in bytes.
pub(crate) fn length(value: &Value) -> usize {
    struct Counter(usize);

    impl io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut counter = Counter(0);
    // Neither the counter nor a value with texts for keys can fail.
    let _ = serde_json::to_writer(&mut counter, value);
    counter.0
}

/// The length of a byte within a text of JSON.
pub(crate) fn escaped_length(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        0..0x20 => 6,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn nested(depth: usize) -> Value {
        (0..depth).fold(json!("deep"), |value, level| {
            if level % 2 == 0 {
                Value::Array(vec![value])
            } else {
                Value::Object(Map::from_iter([("k".to_owned(), value)]))
            }
        })
    }

    #[test]
    fn depth_is_capped_without_a_deep_stack() {
        let mut value = nested(200_000);
        let copy = bounded_copy(&value);
        cap_depth(&mut value);
        assert_eq!(value, copy);
        assert!(value.to_string().contains(TOO_DEEP));
        let mut shallow = nested(MAX_DEPTH);
        cap_depth(&mut shallow);
        assert_eq!(shallow, nested(MAX_DEPTH));
    }

    #[test]
    fn lengths_are_those_of_the_text() {
        let text: String = (0..0x250_u32).filter_map(char::from_u32).collect();
        let value = json!({"text": text, "n": [1, -2.5, null, true]});
        assert_eq!(length(&value), value.to_string().len());
        let escaped: usize = text.bytes().map(escaped_length).sum();
        assert_eq!(escaped + 2, json!(text).to_string().len());
    }

    #[test]
    fn only_texts_of_objects_are_read() {
        assert_eq!(parsed_object(json!(" {\"a\": 1}")), json!({"a": 1}));
        for other in
            [json!("{\"a\": "), json!("[1]"), json!("1"), json!(1), json!(r#"{"a": "\ud800"}"#)]
        {
            assert_eq!(parsed_object(other.clone()), other);
        }
    }
}

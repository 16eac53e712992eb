//! Making a value smaller, so that its JSON text fits.

use std::io;

use serde_json::{Map, Value};

use super::cut::{Cut, cut_text};
use super::{MARKER, MAX_NAME};
use crate::content::json;
use crate::content::redact::insert_beside;

/// The least that an element is given before the list is cut.
const MIN_ELEMENT: usize = 64;

/// Cuts every text that is longer than this by itself.
pub(super) fn trim_texts(value: &mut Value, max_bytes: usize) {
    match value {
        Value::String(text) => cut_text(text, max_bytes.saturating_sub(2)),
        Value::Array(elements) => {
            elements.iter_mut().for_each(|element| trim_texts(element, max_bytes));
        }
        Value::Object(entries) => {
            entries.values_mut().for_each(|value| trim_texts(value, max_bytes));
        }
        _ => {}
    }
}

/// Makes a value fit into so many bytes of JSON. It is no deeper than content may be.
pub(super) fn shrink(value: &mut Value, max_bytes: usize, cut: Cut) {
    if length_up_to(value, max_bytes) <= max_bytes {
        return;
    }
    match value {
        Value::String(text) => cut(text, max_bytes.saturating_sub(2)),
        Value::Array(elements) => {
            let count = elements.len();
            shrink_array(elements, max_bytes, cut);
            if elements.is_empty() {
                *value = nothing_left(&format!("{count} elements"), max_bytes);
            }
        }
        Value::Object(entries) => {
            let count = entries.len();
            shrink_object(entries, max_bytes, cut);
            if entries.is_empty() {
                *value = nothing_left(&format!("{count} entries"), max_bytes);
            }
        }
        // A number that someone wrote with very many digits.
        _ => *value = Value::Null,
    }
}

/// What stands for a list or an object of which nothing fits.
fn nothing_left(cut: &str, max_bytes: usize) -> Value {
    if max_bytes >= MIN_ELEMENT - 1 { format!("…[{cut} cut]").into() } else { Value::Null }
}

fn shrink_array(elements: &mut Vec<Value>, max_bytes: usize, cut: Cut) {
    let sizes = |element: &Value| 1 + length_up_to(element, max_bytes);
    let shares = share_out(elements.iter().map(sizes), elements.len(), MIN_ELEMENT, max_bytes);
    let left_out = elements.len() - shares.kept;
    elements.truncate(shares.kept);
    elements.iter_mut().for_each(|element| shrink(element, shares.largest - 1, cut));
    if left_out > 0 && max_bytes > MARKER {
        elements.push(format!("…[{left_out} elements cut]").into());
    }
}

/// Makes the fields of an object fit.
pub(super) fn shrink_object(entries: &mut Map<String, Value>, max_bytes: usize, cut: Cut) {
    if entries.keys().any(|key| key.len() > MAX_NAME / 6) {
        for (mut key, value) in std::mem::take(entries) {
            cut(&mut key, MAX_NAME);
            insert_beside(entries, key, value);
        }
    }
    let key_size = |key: &str| 4 + key.bytes().map(json::escaped_length).sum::<usize>();
    // Each takes its key whole, and of what is left at least the least of a value.
    let longest = entries.keys().map(|key| key_size(key)).max().unwrap_or_default();
    let sizes = entries.iter().map(|(key, value)| key_size(key) + length_up_to(value, max_bytes));
    let minimum = longest + MIN_ELEMENT;
    let shares = share_out(sizes, entries.len(), minimum, max_bytes);
    let left_out = entries.len() - shares.kept;
    let kept = std::mem::take(entries).into_iter().take(shares.kept);
    for (key, mut value) in kept {
        shrink(&mut value, shares.largest.saturating_sub(key_size(&key)), cut);
        entries.insert(key, value);
    }
    if left_out > 0 && max_bytes > MARKER {
        insert_beside(entries, "…".to_owned(), format!("[{left_out} entries cut]").into());
    }
}

/// How many of a list stay, and how large each of them may be.
pub(super) struct Shares {
    pub(super) kept: usize,
    pub(super) largest: usize,
}

/// Shares out so many bytes among elements of these sizes, commas included: the small ones keep theirs, the
/// large ones share the rest, and from where not even the least is left for each, none is kept.
pub(super) fn share_out(
    sizes: impl Iterator<Item = usize>,
    count: usize,
    minimum: usize,
    max_bytes: usize,
) -> Shares {
    let available = max_bytes.saturating_sub(2);
    let with_marker = available.saturating_sub(MARKER);
    let (mut kept, mut least) = (Vec::new(), 0);
    // How many there can be, should others have to be left out.
    let mut fitting = 0;
    for size in sizes {
        least += size.min(minimum);
        if least > available {
            break;
        }
        kept.push(size);
        if least <= with_marker {
            fitting = kept.len();
        }
    }
    let available = if kept.len() == count {
        available
    } else {
        kept.truncate(fitting);
        with_marker
    };
    let kept_count = kept.len();
    kept.sort_unstable();
    let (mut left, mut largest) = (available, available);
    for (position, size) in kept.into_iter().enumerate() {
        largest = left / (kept_count - position);
        if size > largest {
            return Shares { kept: kept_count, largest };
        }
        left -= size;
    }
    Shares { kept: kept_count, largest: largest.max(minimum) }
}

/// The length of the JSON text, or something above the limit where it is beyond that.
pub(super) fn length_up_to(value: &Value, limit: usize) -> usize {
    struct Counter {
        length: usize,
        limit: usize,
    }

    impl io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.length = self.length.saturating_add(bytes.len());
            if self.length > self.limit {
                return Err(io::ErrorKind::OutOfMemory.into());
            }
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut counter = Counter { length: 0, limit };
    // An error is the limit; the length says so.
    let _ = serde_json::to_writer(&mut counter, value);
    counter.length
}

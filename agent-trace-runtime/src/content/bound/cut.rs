//! Cutting texts.

use crate::content::json::escaped_length;

/// What saying how much was cut may take.
const MARKER: usize = 36;

/// A way to cut a text so that it takes at most so many bytes within JSON, quotes aside, and says how
/// much is missing, where there is place for that.
pub(super) type Cut = fn(&mut String, usize);

/// Cuts anywhere: of what was redacted already.
pub(super) fn cut_text(text: &mut String, max_bytes: usize) {
    if let Some(end) = end_within(text, max_bytes) {
        cut_before(text, end, max_bytes >= MARKER);
    }
}

/// Cuts between words: of what is still to be redacted. What a redactor knows by its whole shape is
/// not to be cut in half.
pub(super) fn cut_words(text: &mut String, max_bytes: usize) {
    if let Some(end) = end_within(text, max_bytes) {
        cut_before(text, end_of_words(text, end), max_bytes >= MARKER);
    }
}

/// Cuts between words so that at most so many bytes of the text stay, and says how much is missing.
pub(crate) fn cut_at_word(text: &mut String, max_bytes: usize) {
    if text.len() > max_bytes {
        cut_before(text, end_of_words(text, max_bytes), true);
    }
}

/// Where a text has to end to fit; `None` where it does.
fn end_within(text: &str, max_bytes: usize) -> Option<usize> {
    // The length with everything escaped is at least the length without.
    if text.len() <= max_bytes && text.bytes().map(escaped_length).sum::<usize>() <= max_bytes {
        return None;
    }
    let room = max_bytes.saturating_sub(MARKER);
    let mut taken = 0;
    let end = text.bytes().position(|byte| {
        taken += escaped_length(byte);
        taken > room
    });
    Some(end.unwrap_or(text.len()))
}

/// The last end of a word that is not behind this.
fn end_of_words(text: &str, mut end: usize) -> usize {
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let is_within_word = |byte: &u8| byte.is_ascii_graphic();
    if text.as_bytes().get(end).is_some_and(is_within_word) {
        end -= text.as_bytes()[..end].iter().rev().take_while(|byte| is_within_word(byte)).count();
    }
    text[..end].trim_ascii_end().len()
}

fn cut_before(text: &mut String, mut end: usize, is_said: bool) {
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let cut = text.len() - end;
    text.truncate(end);
    if is_said {
        text.push_str(&format!("…[{cut} bytes cut]"));
    }
    text.shrink_to_fit();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fit_with_their_escapes() {
        for text in ["plain ".repeat(100), "\u{1}\"\\\n".repeat(100), "é日🦀".repeat(100)] {
            for max_bytes in [0, 1, 35, 36, 37, 50, 100, 333] {
                let mut cut = text.clone();
                cut_text(&mut cut, max_bytes);
                let length = serde_json::json!(cut).to_string().len() - 2;
                assert!(length <= max_bytes, "{length} > {max_bytes}");
                assert_eq!(max_bytes >= 36, cut.ends_with(" bytes cut]"));
            }
            let mut whole = text.clone();
            cut_text(&mut whole, 5_000);
            assert_eq!(whole, text);
        }
    }
}

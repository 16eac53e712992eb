//! Cutting texts.

use crate::content::json::escaped_length;

/// What saying how much was cut may take.
const MARKER: usize = 36;

/// Cuts a text so that it takes at most so many bytes within JSON, quotes aside, and says how much is
/// missing, where there is place for that.
pub(super) fn cut_text(text: &mut String, max_bytes: usize) {
    // The length with everything escaped is at least the length without.
    if text.len() <= max_bytes && text.bytes().map(escaped_length).sum::<usize>() <= max_bytes {
        return;
    }
    let room = max_bytes.saturating_sub(MARKER);
    let mut taken = 0;
    let end = text
        .bytes()
        .position(|byte| {
            taken += escaped_length(byte);
            taken > room
        })
        .unwrap_or(text.len());
    cut_before(text, end, max_bytes >= MARKER);
}

/// Cuts a text so that at most so many bytes of it stay, and says how much is missing.
///
/// It is cut between words, for whoever looks at it later: what a redactor knows by its whole shape is
/// not to be cut in half.
pub(crate) fn cut_at_word(text: &mut String, max_bytes: usize) {
    if text.len() > max_bytes {
        let is_within_word = |byte: &u8| byte.is_ascii_graphic();
        let mut end = max_bytes;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        if text.as_bytes().get(end).is_some_and(is_within_word) {
            end -=
                text.as_bytes()[..end].iter().rev().take_while(|byte| is_within_word(byte)).count();
        }
        end = text[..end].trim_ascii_end().len();
        cut_before(text, end, true);
    }
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

//! Cutting texts.

use crate::content::json::escaped_length;

/// What saying how much was cut may take.
const MARKER: usize = 36;

/// The most digits and capitals of a number that is written in groups: those of bank accounts.
const MAX_NUMBER: usize = 34;

/// A way to cut a text so that it takes at most so many bytes within JSON, quotes aside, and says how
/// much is missing, where there is place for that.
pub(super) type Cut = fn(&mut String, usize);

/// Cuts anywhere: of what was redacted already.
pub(super) fn cut_text(text: &mut String, max_bytes: usize) {
    if let Some(end) = end_within(text, max_bytes) {
        cut_before(text, end, max_bytes >= MARKER);
    }
}

/// Cuts between words, and before a number in groups: of what is still to be redacted. What a redactor
/// knows by its whole shape is not to be cut in half.
pub(super) fn cut_words(text: &mut String, max_bytes: usize) {
    if let Some(end) = end_within(text, max_bytes) {
        cut_before(text, end_of_words(text, end), max_bytes >= MARKER);
    }
}

/// Cuts between words, and before a number in groups, so that at most so many bytes of the text stay, and says how much is missing.
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

/// Drops the last word, which may go on in what never came, and says how much is missing.
pub(crate) fn drop_last_word(text: &mut String) {
    let end = end_before_last_word(text);
    if text[end..].contains(|letter: char| !letter.is_ascii_whitespace()) {
        cut_before(text, end, true);
    }
}

/// Where a text ends without its last word, or the number in groups that ends it.
pub(crate) fn end_before_last_word(text: &str) -> usize {
    let last = text.bytes().rev().take_while(u8::is_ascii_graphic).count();
    end_of_number(text, text[..text.len() - last].trim_ascii_end().len())
}

/// The last end of a word that is not behind this, and not within a number in groups.
fn end_of_words(text: &str, mut end: usize) -> usize {
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let is_within_word = |byte: &u8| byte.is_ascii_graphic();
    if text.as_bytes().get(end).is_some_and(is_within_word) {
        end -= text.as_bytes()[..end].iter().rev().take_while(|byte| is_within_word(byte)).count();
    }
    end_of_number(text, text[..end].trim_ascii_end().len())
}

/// The end of what stands before the number in groups that ends here, if one does: of a card, or of an
/// account, whose groups may be capitals. Longer numbers than those lose only as much as these have.
fn end_of_number(text: &str, end: usize) -> usize {
    let bytes = text.as_bytes();
    let mut room = MAX_NUMBER;
    let (mut group_end, mut number) = (end, end);
    loop {
        let before = bytes[..group_end].iter().rev();
        let length = before.take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let start = group_end - length;
        let group = &bytes[start..group_end];
        if group.iter().any(u8::is_ascii_digit) && length <= room {
            number = start;
        } else if length == 0 || length > 4 || !group.iter().all(u8::is_ascii_uppercase) {
            break;
        }
        room = room.saturating_sub(length);
        match bytes[..start] {
            [.., before, b' ' | b'-'] if before.is_ascii_alphanumeric() => group_end = start - 1,
            _ => break,
        }
    }
    if number == end { end } else { text[..number].trim_end_matches([' ', '-']).len() }
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
    fn no_half_of_a_number_stays() {
        let cases = [
            ("card 4111 1111 1111 1111 ok", "card"),
            ("card 4111-1111-1111-1111 ok", "card"),
            ("pay to GB82 WEST 1234 5698 7654 32 now", "pay to"),
            ("key 7 (MT84 MALT 0110 0001 2345 MTLC AST0 01S)", "key 7 ("),
        ];
        for (text, before) in cases {
            let last = text.find(" ok").or(text.find(" now")).unwrap_or(text.len() - 1);
            for max_bytes in before.len() + 1..last {
                let mut cut = text.to_owned();
                cut_at_word(&mut cut, max_bytes);
                let left = cut.split('…').next().unwrap_or_default();
                assert!(before.starts_with(left), "{max_bytes}: {left}");
                let mut begun = text[..max_bytes].to_owned();
                drop_last_word(&mut begun);
                let left = begun.split('…').next().unwrap_or_default();
                assert!(before.starts_with(left.trim_end()), "{max_bytes}: {left}");
            }
        }
        // A list of numbers loses its end alone.
        let mut list = "1000 ".repeat(100);
        cut_at_word(&mut list, 300);
        assert!(list.len() > 250, "{list}");
        let mut words = "all of 7 words stay here".to_owned();
        cut_at_word(&mut words, 21);
        assert!(words.starts_with("all of 7 words stay…"), "{words}");
    }

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

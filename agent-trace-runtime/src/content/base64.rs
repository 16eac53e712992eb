//! Base64, for the bytes that stand in messages, and for names with their passwords in headers.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// With padding.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, position| {
            bits << 8 | u32::from(group.get(position).copied().unwrap_or_default())
        });
        for position in 0..4 {
            let digit = (bits >> (18 - 6 * position)) as usize & 63;
            let is_padding = position > group.len();
            text.push(if is_padding { '=' } else { char::from(ALPHABET[digit]) });
        }
    }
    text
}

/// Of either alphabet, with padding or without, and with white space in it; `None` for other text.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.trim_end_matches(['=', '\n', '\r', ' ']).bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'\n' | b'\r' | b' ' => continue,
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    // A last digit that is not the beginning of a byte stands for nothing.
    (count < 6).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back() {
        let texts = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
        for (length, text) in texts.iter().enumerate() {
            assert_eq!(encode(&b"foobar"[..length]), *text);
            assert_eq!(decode(text).as_deref(), Some(&b"foobar"[..length]));
            assert_eq!(decode(text.trim_end_matches('=')).as_deref(), Some(&b"foobar"[..length]));
        }
        assert_eq!(decode("-_\n8="), Some(vec![0xfb, 0xff]));
        assert_eq!(decode("Zm9v!"), None);
        assert_eq!(decode("Z"), None);
    }
}

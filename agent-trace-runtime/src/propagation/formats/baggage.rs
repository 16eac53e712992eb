//! W3C Baggage: `baggage`.
//!
//! Source: W3C Baggage (candidate recommendation, 2024).

use std::fmt::Write;

use opentelemetry::baggage::{Baggage, BaggageMetadata};
use opentelemetry::propagation::{Extractor, Injector};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

pub(in crate::propagation) const NAME: &str = "baggage";

/// The most that is read and written, which is what the specification wants everybody to pass on.
const MAX_MEMBERS: usize = 64;
const MAX_BYTES: usize = 8192;

/// What a value may not have as it is; and the plus sign, which some take for a space.
const ENCODED: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b',').add(b';').add(b'\\').add(b'%').add(b'+');

/// What came, where anything did. A member that is malformed is left out; what is longer than allowed is, too.
pub(in crate::propagation) fn extract(headers: &dyn Extractor) -> Option<Baggage> {
    let headers = headers.get_all(NAME)?;
    if headers.iter().map(|header| header.len()).sum::<usize>() > MAX_BYTES {
        return None;
    }
    let mut baggage = Baggage::new();
    let members = headers.iter().flat_map(|header| header.split(','));
    for (key, value, metadata) in members.filter_map(read).take(MAX_MEMBERS) {
        baggage.insert_with_metadata(key.to_owned(), value, metadata);
    }
    (!baggage.is_empty()).then_some(baggage)
}

fn read(member: &str) -> Option<(&str, String, BaggageMetadata)> {
    let (pair, metadata) = member.split_once(';').unwrap_or((member, ""));
    let (key, value) = pair.split_once('=')?;
    let (key, value) = (key.trim(), value.trim());
    (is_token(key) && value.bytes().all(is_octet)).then(|| {
        let value = percent_decode_str(value).decode_utf8_lossy().into_owned();
        (key, value, BaggageMetadata::from(metadata.trim()))
    })
}

/// Writes as many members as there is room for; none where nothing is left to write. Gives whether it wrote any.
pub(in crate::propagation) fn inject<'a>(
    members: impl Iterator<Item = (&'a str, &'a str, &'a str)>,
    headers: &mut dyn Injector,
) -> bool {
    let mut header = String::new();
    for (key, value, metadata) in members
        .filter(|(key, _, metadata)| is_token(key) && is_metadata(metadata))
        .take(MAX_MEMBERS)
    {
        let length = header.len();
        if length > 0 {
            header.push(',');
        }
        let _ = write!(header, "{key}={}", utf8_percent_encode(value, ENCODED));
        if !metadata.is_empty() {
            let _ = write!(header, ";{metadata}");
        }
        if header.len() > MAX_BYTES {
            header.truncate(length);
        }
    }
    let has_any = !header.is_empty();
    if has_any {
        headers.set(NAME, header);
    }
    has_any
}

fn is_token(key: &str) -> bool {
    let is_character =
        |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !key.is_empty() && key.bytes().all(is_character)
}

const fn is_octet(byte: u8) -> bool {
    matches!(byte, b'!' | b'#'..=b'+' | b'-'..=b':' | b'<'..=b'[' | b']'..=b'~')
}

fn is_metadata(metadata: &str) -> bool {
    metadata.bytes().all(|byte| is_octet(byte) || matches!(byte, b';' | b' ' | b'\t'))
}

//! Numbers with a checksum: payment cards and bank accounts.

use std::ops::Range;

use super::keys::ends_with_escape;

/// How many digits the number of a card has.
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

/// The least digits in a group, where a number is written in groups.
const MIN_GROUP: usize = 3;

/// The ranges of numbers of cards.
///
/// A number stands alone or in groups of three digits and more, all with a space, all with a dash or,
/// where the first has four, all with a point between them. It begins as those of card networks do,
/// which the time in milliseconds does not; what stands behind a point is a fraction. One of zero is
/// part of the number: `4111111111111111.0`.
pub(super) fn cards(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut position = 0;
    while position < bytes.len() {
        if !bytes[position].is_ascii_digit() {
            position += 1;
            continue;
        }
        let group = group_at(bytes, position);
        // The first digits may be those of an escape: `%20`, `\u0020`.
        let starts = [0, 2, 4].map(|escape| position + escape).into_iter();
        let mut starts = starts.filter(|start| {
            *start < group.end && (*start == position || ends_with_escape(&text[..*start]))
        });
        let card = starts.find_map(|start| {
            let end = card_at(bytes, &(start..group.end))?;
            let end = end + fraction_of_zero(&bytes[end..]);
            is_free(text, start, end).then_some(start..end)
        });
        position = card.as_ref().map_or(group.end, |card| card.end);
        found.extend(card);
    }
    found
}

fn group_at(bytes: &[u8], start: usize) -> Range<usize> {
    let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    start..start + length
}

/// The end of the number that begins with this group, if it is one: of the longest.
fn card_at(bytes: &[u8], first: &Range<usize>) -> Option<usize> {
    if !matches!(bytes[first.start], b'2'..=b'6') {
        return None;
    }
    let mut digits = [0_u8; 19];
    let mut count = 0;
    let mut group = first.clone();
    let mut separator = None;
    let mut end = None;
    loop {
        if count + group.len() > *CARD_DIGITS.end() {
            return end;
        }
        for &byte in &bytes[group.clone()] {
            digits[count] = byte - b'0';
            count += 1;
        }
        if CARD_DIGITS.contains(&count) && has_luhn_checksum(&digits[..count]) {
            end = Some(group.end);
        }
        let next = bytes.get(group.end).copied();
        let is_separator = next.is_some_and(|next| match separator {
            None => matches!(next, b' ' | b'-') || next == b'.' && group.len() == 4,
            Some(separator) => next == separator,
        });
        if !is_separator || group.len() < MIN_GROUP {
            return end;
        }
        separator = next;
        group = group_at(bytes, group.end + 1);
        if group.len() < MIN_GROUP {
            return end;
        }
    }
}

/// How long the fraction is that these bytes begin with, if it is zero: a number may have been one with a
/// fraction on its way.
fn fraction_of_zero(bytes: &[u8]) -> usize {
    let Some(digits) = bytes.strip_prefix(b".") else { return 0 };
    let zeros = digits.iter().take_while(|byte| **byte == b'0').count();
    let is_all = zeros > 0 && !digits.get(zeros).is_some_and(u8::is_ascii_digit);
    if is_all { zeros + 1 } else { 0 }
}

fn has_luhn_checksum(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(position, &digit)| match (position % 2, u32::from(digit)) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => 2 * digit - 9,
            (_, digit) => 2 * digit,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether what stands here is not a piece of something longer.
fn is_free(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let mut after = text[end..].chars();
    let (next, second) = (after.next(), after.next());
    let is_word = |character: Option<char>| character.is_some_and(|it| it.is_ascii_alphanumeric());
    let is_fraction = next == Some('.') && second.is_some_and(|second| second.is_ascii_digit());
    let begins = !is_word(before) || ends_with_escape(&text[..start]);
    begins && before != Some('.') && !is_word(next) && !is_fraction
}

/// The ranges of bank account numbers, with single spaces or dashes in them.
pub(super) fn ibans(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut position = 0;
    while position + 15 <= bytes.len() {
        let is_start = position == 0
            || !bytes[position - 1].is_ascii_alphanumeric()
            || bytes[position].is_ascii_alphabetic() && ends_with_escape(&text[..position]);
        match is_start.then(|| iban_at(bytes, position)).flatten() {
            Some(end) => {
                found.push(position..end);
                position = end;
            }
            None => position += 1,
        }
    }
    found
}

fn iban_at(bytes: &[u8], start: usize) -> Option<usize> {
    let head = bytes.get(start..start + 4)?;
    if !(head[..2].iter().all(u8::is_ascii_alphabetic) && head[2..].iter().all(u8::is_ascii_digit))
    {
        return None;
    }
    let country = [head[0].to_ascii_uppercase(), head[1].to_ascii_uppercase()];
    let length = IBAN_LENGTHS.iter().find(|(known, _)| **known == country)?.1;
    let mut number = [0_u8; 34];
    let (mut count, mut position) = (0, start);
    while count < length {
        match bytes.get(position)? {
            byte if byte.is_ascii_alphanumeric() => {
                number[count] = byte.to_ascii_uppercase();
                count += 1;
            }
            b' ' | b'-' if bytes[position - 1].is_ascii_alphanumeric() => {}
            _ => return None,
        }
        position += 1;
    }
    let is_whole = !bytes.get(position).is_some_and(u8::is_ascii_alphanumeric);
    (is_whole && has_iban_checksum(&number[..length])).then_some(position)
}

fn has_iban_checksum(number: &[u8]) -> bool {
    let rearranged = number[4..].iter().chain(&number[..4]);
    let rest = rearranged.fold(0_u32, |rest, &byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    rest == 1
}

/// How long the numbers of each country are.
#[rustfmt::skip]
const IBAN_LENGTHS: &[(&[u8; 2], usize)] = &[
    (b"AD", 24), (b"AE", 23), (b"AL", 28), (b"AT", 20), (b"AZ", 28), (b"BA", 20), (b"BE", 16),
    (b"BG", 22), (b"BH", 22), (b"BI", 27), (b"BR", 29), (b"BY", 28), (b"CH", 21), (b"CR", 22),
    (b"CY", 28), (b"CZ", 24), (b"DE", 22), (b"DJ", 27), (b"DK", 18), (b"DO", 28), (b"EE", 20),
    (b"EG", 29), (b"ES", 24), (b"FI", 18), (b"FK", 18), (b"FO", 18), (b"FR", 27), (b"GB", 22),
    (b"GE", 22), (b"GI", 23), (b"GL", 18), (b"GR", 27), (b"GT", 28), (b"HR", 21), (b"HU", 28),
    (b"IE", 22), (b"IL", 23), (b"IQ", 23), (b"IS", 26), (b"IT", 27), (b"JO", 30), (b"KW", 30),
    (b"KZ", 20), (b"LB", 28), (b"LC", 32), (b"LI", 21), (b"LT", 20), (b"LU", 20), (b"LV", 21),
    (b"LY", 25), (b"MC", 27), (b"MD", 24), (b"ME", 22), (b"MK", 19), (b"MN", 20), (b"MR", 27),
    (b"MT", 31), (b"MU", 30), (b"NI", 28), (b"NL", 18), (b"NO", 15), (b"OM", 23), (b"PK", 24),
    (b"PL", 28), (b"PS", 29), (b"PT", 25), (b"QA", 29), (b"RO", 24), (b"RS", 22), (b"RU", 33),
    (b"SA", 24), (b"SC", 31), (b"SD", 18), (b"SE", 24), (b"SI", 19), (b"SK", 24), (b"SM", 27),
    (b"SO", 23), (b"ST", 25), (b"SV", 28), (b"TL", 23), (b"TN", 24), (b"TR", 26), (b"UA", 29),
    (b"VA", 22), (b"VG", 24), (b"XK", 20), (b"YE", 30),
];

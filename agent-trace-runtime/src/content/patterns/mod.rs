//! Ready patterns of what is not to be recorded: keys, tokens, addresses, numbers of cards and accounts.

mod keys;
mod numbers;

use std::borrow::Cow;
use std::ops::Range;

use regex::Regex;
use serde_json::{Map, Value};

use super::attribute::Content;
use super::pieces::Body;
use super::redact::Redact;

/// A kind of text that [`Patterns`] redacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PatternKind {
    /// Keys of providers of models and of other services, by their prefixes or by the name that they are
    /// assigned to, and private keys.
    ApiKey,
    /// What is assigned to a name such as `password`, and the user and the password in an address.
    Password,
    /// What stands in a header `Authorization`, or after `Bearer`.
    BearerToken,
    /// JSON web tokens.
    JsonWebToken,
    /// E-mail addresses.
    EmailAddress,
    /// Numbers of payment cards, 13 to 19 digits with a valid checksum.
    CardNumber,
    /// International bank account numbers of their country's length with a valid checksum.
    Iban,
}

impl PatternKind {
    /// In the order in which they are looked for: the first to find something has it.
    const ALL: [Self; 7] = [
        Self::BearerToken,
        Self::JsonWebToken,
        Self::ApiKey,
        // Before the addresses: `user:word@example.com` holds one.
        Self::Password,
        Self::EmailAddress,
        Self::Iban,
        Self::CardNumber,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::ApiKey => "API key",
            Self::Password => "password",
            Self::BearerToken => "bearer token",
            Self::JsonWebToken => "JSON web token",
            Self::EmailAddress => "e-mail address",
            Self::CardNumber => "card number",
            Self::Iban => "IBAN",
        }
    }

    fn finders(self) -> Result<Vec<Finder>, regex::Error> {
        let checked = |regex: &str, check: Check| Ok(Finder::Regex(Regex::new(regex)?, check));
        Ok(match self {
            Self::ApiKey => vec![
                checked(&keys::api_keys(), keys::is_api_key)?,
                checked(keys::NAMED_KEY, keys::is_named_key)?,
            ],
            Self::Password => vec![
                checked(keys::PASSWORD, keys::is_password)?,
                Finder::Group(Regex::new(keys::CREDENTIALS)?),
            ],
            Self::BearerToken => vec![checked(keys::BEARER_TOKEN, keys::is_bearer_token)?],
            Self::JsonWebToken => vec![checked(keys::JSON_WEB_TOKEN, keys::is_json_web_token)?],
            Self::EmailAddress => vec![checked(keys::EMAIL_ADDRESS, keys::is_email_address)?],
            Self::CardNumber => vec![Finder::Scan(numbers::cards)],
            Self::Iban => vec![Finder::Scan(numbers::ibans)],
        })
    }
}

/// A pattern that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the pattern `{name}` is no regular expression that can be used: {cause}")]
pub struct PatternError {
    name: String,
    cause: String,
}

/// Redacts what has a known shape: keys, tokens, e-mail addresses, numbers of cards and accounts.
///
/// What is found is replaced by its kind, `[redacted: e-mail address]`, in every text of the content,
/// in keys and numbers as well. What has no shape, a name or a password that nothing names, is not found:
/// keep it in a [`Sensitive`](super::Sensitive). Making them takes milliseconds, and using them is linear in the
/// text: make them once.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::{PatternKind, Patterns};
///
/// let patterns = Patterns::default().without(PatternKind::EmailAddress).with_regex("order", r"\bord_\d+\b")?;
/// assert_eq!(
///     patterns.redact_text("ord_1042 of ann@example.com, 4111 1111 1111 1111"),
///     "[redacted: order] of ann@example.com, [redacted: card number]",
/// );
/// # Ok::<(), agent_trace_runtime::content::PatternError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Patterns(Vec<Pattern>);

#[derive(Clone, Debug)]
struct Pattern {
    kind: Option<PatternKind>,
    replacement: String,
    finder: Finder,
}

/// Whether what was found in a text, given where it stands there, is what was looked for.
type Check = fn(&str, Range<usize>) -> bool;

#[derive(Clone, Debug)]
enum Finder {
    /// What a regular expression finds, and a check agrees to.
    Regex(Regex, Check),
    /// The first group of what a regular expression finds.
    Group(Regex),
    /// What a function finds.
    Scan(fn(&str) -> Vec<Range<usize>>),
}

/// All kinds.
impl Default for Patterns {
    fn default() -> Self {
        Self::of(PatternKind::ALL)
    }
}

impl Patterns {
    /// These kinds alone; none, to begin with patterns of your own.
    pub fn of(kinds: impl IntoIterator<Item = PatternKind>) -> Self {
        let kinds: Vec<PatternKind> = kinds.into_iter().collect();
        let known = PatternKind::ALL.into_iter().filter(|kind| kinds.contains(kind));
        let patterns = known.flat_map(|kind| {
            // Tested to compile; a pattern that did not would redact everything.
            let everything: fn(&str) -> Vec<Range<usize>> =
                |text| std::iter::once(0..text.len()).collect();
            let finders = kind.finders().unwrap_or_else(|_| vec![Finder::Scan(everything)]);
            finders.into_iter().map(move |finder| Pattern {
                kind: Some(kind),
                replacement: replacement(kind.name()),
                finder,
            })
        });
        Self(patterns.collect())
    }

    /// The same without this kind.
    #[must_use]
    pub fn without(mut self, kind: PatternKind) -> Self {
        self.0.retain(|pattern| pattern.kind != Some(kind));
        self
    }

    /// The same, with what a regular expression finds: it is replaced by `[redacted: name]`. It is
    /// looked for before what stands here already.
    ///
    /// # Errors
    ///
    /// If the expression is none, or too large.
    pub fn with_regex(mut self, name: &str, regex: &str) -> Result<Self, PatternError> {
        let regex = Regex::new(regex)
            .map_err(|error| PatternError { name: name.to_owned(), cause: error.to_string() })?;
        let finder = Finder::Regex(regex, |_, found| !found.is_empty());
        self.0.insert(0, Pattern { kind: None, replacement: replacement(name), finder });
        Ok(self)
    }

    /// A text without what the patterns find.
    #[must_use]
    pub fn redact_text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        for pattern in &self.0 {
            let found = pattern.finder.find(&text);
            if !found.is_empty() {
                text = Cow::Owned(replace(&text, &found, &pattern.replacement));
            }
        }
        text
    }
}

impl Patterns {
    /// Redacts what the key of an entry tells, and the value alone does not.
    fn redact_entries(&self, mut left: Vec<&mut Value>) {
        while let Some(value) = left.pop() {
            match value {
                Value::Array(elements) => left.extend(elements),
                Value::Object(entries) => {
                    self.redact_named(entries);
                    left.extend(entries.values_mut());
                }
                _ => {}
            }
        }
    }

    fn redact_named(&self, entries: &mut Map<String, Value>) {
        for (key, value) in entries {
            let Value::String(text) = value else { continue };
            if !keys::is_name(key) {
                continue;
            }
            let assigned = format!("{key}={text}");
            let spans = |found: &Range<usize>| found.start < key.len() && found.end > key.len() + 1;
            let named = self.0.iter().find(|pattern| {
                pattern.kind.is_some() && pattern.finder.find(&assigned).iter().any(spans)
            });
            if let Some(pattern) = named {
                text.clone_from(&pattern.replacement);
            }
        }
    }
}

impl Redact for Patterns {
    fn redact(&self, mut content: Content) -> Option<Content> {
        content.for_each_piece(&mut |pieces| {
            for body in pieces.bodies {
                match body {
                    Body::Text(_) => {}
                    Body::Value(value) => self.redact_entries(vec![value]),
                    Body::Fields(fields) => {
                        self.redact_named(fields);
                        self.redact_entries(fields.values_mut().collect());
                    }
                }
            }
        });
        content.map_text(|text| {
            if let Cow::Owned(redacted) = self.redact_text(text) {
                *text = redacted;
            }
        });
        Some(content)
    }
}

impl Finder {
    fn find(&self, text: &str) -> Vec<Range<usize>> {
        match self {
            Self::Regex(regex, check) => {
                let found = regex.find_iter(text).map(|found| found.range());
                found.filter(|range| check(text, range.clone())).collect()
            }
            Self::Group(regex) => {
                let groups = regex.captures_iter(text).filter_map(|found| found.get(1));
                groups.map(|group| group.range()).collect()
            }
            Self::Scan(scan) => scan(text),
        }
    }
}

fn replacement(name: &str) -> String {
    format!("[redacted: {name}]")
}

fn replace(text: &str, found: &[Range<usize>], replacement: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut end = 0;
    for range in found {
        redacted.push_str(&text[end..range.start]);
        redacted.push_str(replacement);
        end = range.end;
    }
    redacted.push_str(&text[end..]);
    redacted
}

#[cfg(test)]
mod tests;

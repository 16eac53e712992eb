//! `record(input_tokens = reply.usage.prompt, …)`: where in a result the parts of a response are.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Expr, Token};

use crate::args::{comma, expression, skip_to_comma, word};
use crate::derive::keys::{self, Count, Key, Meaning};
use crate::diagnostics::Errors;

/// What the values call the result.
const REPLY: &str = "reply";

/// All that one `record(…)` says.
pub(crate) struct Mapping {
    pub(crate) entries: Vec<Entry>,
    /// Whether the input count leaves out cached tokens.
    pub(crate) cached_apart: bool,
    /// The result, as the values name it.
    pub(crate) reply: Ident,
}

/// `input_tokens = reply.usage.prompt`
pub(crate) struct Entry {
    pub(crate) key: &'static Key,
    pub(crate) name: Ident,
    pub(crate) value: Expr,
}

impl Mapping {
    /// Reads all entries, whatever is wrong with some of them; `None` where none is left.
    pub(crate) fn parse(
        argument: &Ident,
        input: ParseStream<'_>,
        errors: &mut Errors,
    ) -> syn::Result<Option<Self>> {
        if input.is_empty() {
            let message = "write `record(input_tokens = reply.…, output_tokens = reply.…)`";
            return Err(syn::Error::new(argument.span(), message));
        }
        let mut entries: Vec<Entry> = Vec::new();
        let mut cached_apart = None;
        while !input.is_empty() {
            if let Err(error) = read(input, &mut entries, &mut cached_apart, errors) {
                errors.push_error(error);
                skip_to_comma(input);
            }
            comma(input, "keys", errors)?;
        }
        check(&entries, cached_apart.as_ref(), errors);
        let reply = entries.iter().find_map(|entry| reply_in(entry.value.to_token_stream()));
        Ok(reply.map(|reply| Self { entries, cached_apart: cached_apart.is_some(), reply }))
    }

    /// Whether it tells of tokens.
    pub(crate) fn has_usage(&self) -> bool {
        self.entries.iter().any(|entry| matches!(entry.key.meaning, Meaning::Count(_)))
    }

    /// The runtime's method that records this entry.
    pub(crate) const fn method(&self, entry: &Entry) -> &'static str {
        match entry.key.meaning {
            Meaning::Count(Count::Input) if self.cached_apart => "uncached_input_tokens",
            _ => entry.key.name,
        }
    }
}

fn read(
    input: ParseStream<'_>,
    entries: &mut Vec<Entry>,
    cached_apart: &mut Option<Ident>,
    errors: &mut Errors,
) -> syn::Result<()> {
    let name = input.call(Ident::parse_any).map_err(|error| {
        syn::Error::new(error.span(), "expected a key: write `input_tokens = reply.…`")
    })?;
    let key = name.to_string();
    if input.parse::<Option<Token![=]>>()?.is_none() || input.is_empty() {
        return Err(syn::Error::new(name.span(), format!("write `{key} = reply.…`")));
    }
    if key == "cached" {
        if word("cached", input, &["apart", "included"])? == 0 {
            *cached_apart = Some(name);
        }
        return Ok(());
    }
    let found = keys::find(&key);
    let Some(found) =
        found.filter(|found| !matches!(found.meaning, Meaning::Usage | Meaning::Flatten))
    else {
        let message = match found {
            Some(_) => "`record` maps one count to one key; for a whole usage write \
                        `usage = |reply| …` in its place"
                .to_owned(),
            None => keys::unknown(&key, "`record`"),
        };
        errors.push(name.span(), message);
        skip_to_comma(input);
        return Ok(());
    };
    let value = expression(input)?;
    if entries.iter().any(|entry| entry.key.name == key) {
        let message = format!("`{key}` is given twice; keep one of the two");
        errors.push(name.span(), message);
        return Ok(());
    }
    if reply_in(value.to_token_stream()).is_none() {
        let message = format!(
            "this reads nothing of the result, which is called `{REPLY}` here: `{key} = {REPLY}.…`"
        );
        errors.push_error(syn::Error::new_spanned(value, message));
        return Ok(());
    }
    entries.push(Entry { key: found, name, value });
    Ok(())
}

/// What the keys may say together.
fn check(entries: &[Entry], cached_apart: Option<&Ident>, errors: &mut Errors) {
    let find = |key: &str| entries.iter().find(|entry| entry.key.name == key);
    for (one, other, hint) in keys::EXCLUSIVE {
        if let (Some(_), Some(second)) = (find(one), find(other)) {
            let message = format!("`{one}` and `{other}` tell the same; {hint}");
            errors.push(second.name.span(), message);
        }
    }
    for entry in entries {
        let Meaning::Count(count) = entry.key.meaning else { continue };
        if let Some(whole) = count.whole().filter(|whole| find(whole).is_none()) {
            let message = format!(
                "`{}` is a part of the {} tokens: map those too, by `{whole} = {REPLY}.…`{}",
                entry.key.name,
                whole.trim_end_matches("_tokens"),
                if count.is_cached() {
                    "; where that count leaves out cached tokens, add `cached = apart`"
                } else {
                    ""
                },
            );
            errors.push(entry.name.span(), message);
        }
    }
    let is_cached =
        |entry: &Entry| matches!(entry.key.meaning, Meaning::Count(count) if count.is_cached());
    if let Some(apart) = cached_apart
        && !entries.iter().any(is_cached)
    {
        let message = "`cached = apart` is about counts of cached tokens, and there is none here: map \
                       `cached_input_tokens` or `cache_write_input_tokens`";
        errors.push(apart.span(), message);
    }
}

/// The first mention of the result, whose hygiene all of them share.
fn reply_in(tokens: TokenStream) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(name) if name == REPLY => Some(name),
        TokenTree::Group(group) => reply_in(group.stream()),
        _ => None,
    })
}

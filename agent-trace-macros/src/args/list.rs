//! Lists with commas, read to their end whatever is wrong with some of it; and words to choose from.

use proc_macro2::{Ident, TokenTree};
use syn::Token;
use syn::ext::IdentExt;
use syn::parse::ParseStream;

use crate::diagnostics::Errors;
use crate::nearest::nearest;

/// Reads the comma between two of a list, or all up to the next one.
pub(crate) fn comma(input: ParseStream<'_>, between: &str, errors: &mut Errors) -> syn::Result<()> {
    if input.parse::<Option<Token![,]>>()?.is_none() && !input.is_empty() {
        errors.push(input.span(), format!("expected `,` between {between}"));
        skip_to_comma(input);
        input.parse::<Option<Token![,]>>()?;
    }
    Ok(())
}

/// Leaves out what cannot be read.
pub(crate) fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}

/// Reads one of these words, the value of `name`; gives its position.
pub(crate) fn word(name: &str, input: ParseStream<'_>, words: &[&str]) -> syn::Result<usize> {
    let ahead = input.fork();
    let given = ahead.call(Ident::parse_any).map(|word| word.to_string()).unwrap_or_default();
    if let Some(position) = words.iter().position(|word| *word == given) {
        input.call(Ident::parse_any)?;
        return Ok(position);
    }
    let hint = match (nearest(&given, words).as_slice(), words) {
        ([], [word]) => format!("it is `{word}`"),
        ([], [one, other]) => format!("it is `{one}` or `{other}`"),
        ([], _) => format!("it is one of {}", words.join(", ")),
        (near, _) => format!("did you mean {}?", near.join(" or ")),
    };
    Err(input.error(format!("this is no value of `{name}`; {hint}")))
}

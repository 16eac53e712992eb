//! Reads `#[response(…)]`, above a type and above a field.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Path, Token};

use super::Options;
use super::keys::{self, Key};
use crate::args::{each_key, skip_to_comma, word};
use crate::diagnostics::Errors;

/// What stands above the type.
pub(super) fn options(attributes: &[Attribute], errors: &mut Errors) -> Options {
    let mut options = Options::default();
    let mut seen: Vec<String> = Vec::new();
    each_key("response", attributes, "cached = apart", errors, |name, input, errors| {
        let key = name.to_string();
        if seen.contains(&key) {
            errors.push(name.span(), format!("`{key}` is given twice; keep one of the two"));
            skip_to_comma(input);
            return Ok(());
        }
        match key.as_str() {
            "cached" => options.cached_apart = cached(&name, input)?,
            "crate" => {
                value(&name, "crate = path", input)?;
                options.crate_path = Some(input.call(Path::parse_mod_style)?);
            }
            _ => {
                errors.push(name.span(), keys::unknown_of_type(&key));
                skip_to_comma(input);
            }
        }
        seen.push(key);
        Ok(())
    });
    options
}

/// Reads `= apart` or `= included`; gives the former.
fn cached(name: &Ident, input: ParseStream<'_>) -> syn::Result<Option<Ident>> {
    value(name, "cached = apart", input)?;
    let at = input.fork();
    let is_apart = word("cached", input, &["apart", "included"])? == 0;
    is_apart.then(|| at.call(Ident::parse_any)).transpose()
}

fn value(name: &Ident, usage: &str, input: ParseStream<'_>) -> syn::Result<()> {
    if input.parse::<Option<Token![=]>>()?.is_some() && !input.is_empty() {
        return Ok(());
    }
    Err(syn::Error::new(name.span(), format!("write `{usage}`")))
}

/// The key of a field, where it has one, and its name as it was written.
pub(super) fn key(attributes: &[Attribute], errors: &mut Errors) -> Option<(&'static Key, Ident)> {
    let mut found: Option<(&'static Key, Ident)> = None;
    each_key("response", attributes, "model", errors, |name, input, errors| {
        let Some(key) = keys::find(&name.to_string()) else {
            errors.push(name.span(), keys::unknown(&name.to_string(), "`#[response]`"));
            // It may have been meant for what is then missing.
            errors.mention_target();
            skip_to_comma(input);
            return Ok(());
        };
        if !input.is_empty() && !input.peek(Token![,]) {
            let message = format!("`{}` stands alone: the field is {}", key.name, key.summary);
            return Err(input.error(message));
        }
        match &found {
            None => found = Some((key, name)),
            Some((first, _)) => {
                let message = format!(
                    "a field has one key, and this one is marked as `{}` already",
                    first.name
                );
                errors.push(name.span(), message);
            }
        }
        Ok(())
    });
    found
}

/// Reports attributes of a variant, which has no keys.
pub(super) fn refuse_on_variant(attributes: &[Attribute], errors: &mut Errors) {
    for attribute in attributes.iter().filter(|attribute| is_ours(attribute)) {
        let message = "a variant has no keys; mark the one of its fields that implements \
                       `InferenceResponse` by `#[response(flatten)]`";
        errors.push_error(syn::Error::new_spanned(attribute.path(), message));
    }
}

fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().is_ident("response")
}

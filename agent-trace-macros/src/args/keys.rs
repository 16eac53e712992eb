//! The keys of a derive's attribute, above a type and above its fields.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Meta};

use super::list::{comma, skip_to_comma};
use crate::diagnostics::Errors;

/// Calls `read` for each key, with the input behind it. What cannot be read is reported and left out.
pub(crate) fn each_key(
    attribute_name: &str,
    attributes: &[Attribute],
    example: &str,
    errors: &mut Errors,
    mut read: impl FnMut(Ident, ParseStream<'_>, &mut Errors) -> syn::Result<()>,
) {
    let write = || format!("write `#[{attribute_name}({example})]`");
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(attribute_name))
    {
        let Meta::List(list) = &attribute.meta else {
            errors.push_error(syn::Error::new_spanned(attribute.path(), write()));
            continue;
        };
        if list.tokens.is_empty() {
            errors.push_error(syn::Error::new_spanned(attribute.path(), write()));
        }
        let parser = |input: ParseStream<'_>| {
            while !input.is_empty() {
                if !input.peek(Ident::peek_any) {
                    errors.push(input.span(), format!("expected a key: {}", write()));
                    skip_to_comma(input);
                } else if let Err(error) = read(input.call(Ident::parse_any)?, input, errors) {
                    errors.push_error(error);
                    skip_to_comma(input);
                }
                comma(input, "keys", errors)?;
            }
            Ok(())
        };
        if let Err(error) = parser.parse2(list.tokens.clone()) {
            errors.push_error(error);
        }
    }
}

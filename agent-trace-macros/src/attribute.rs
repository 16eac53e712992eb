//! `attribute!("key" = value)`

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Path, Token};

use crate::args::{Pair, parse_pair};
use crate::check::{self, Value, check_key_anywhere};
use crate::diagnostics::Errors;

/// Expands `path::of::the::runtime, "key" = value`.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let parser = |input: ParseStream<'_>| {
        let runtime = input.call(Path::parse_mod_style)?;
        input.parse::<Token![,]>()?;
        Ok((runtime, parse_pair(input)?))
    };
    let (runtime, Pair { key, value }) = match parser.parse2(input) {
        Ok(parts) => parts,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    let value = match check_key_anywhere(&key, &mut errors) {
        Some(known) => check::typed(known, value, None, &mut errors),
        None => Some(check::untyped(value)),
    };
    let errors = errors.into_compile_errors();
    let attribute = match value {
        Some(Value::Constant(value)) => {
            quote!(constant(#key, #runtime::__private::Constant::#value))
        }
        Some(Value::Expression(method, value)) => {
            let method = Ident::new(method, Span::mixed_site().located_at(value.span()));
            quote!(#method(#key, &(#value)))
        }
        None => quote!(constant(#key, #runtime::__private::Constant::Bool(false))),
    };
    quote!({ #errors #runtime::__private::attribute_of::#attribute })
}

//! `attribute!("key" = value)`

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{Path, Token};

use crate::args::{Pair, parse_pair};
use crate::check::check_key;
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
    check_key(&key, &mut errors);
    let errors = errors.into_compile_errors();
    quote!({ #errors #runtime::__private::Attribute::from_checked(#key, &(#value)) })
}

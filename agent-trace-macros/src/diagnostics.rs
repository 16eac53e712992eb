//! All errors of one attribute, reported together.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::{Span, TokenStream};

/// Errors so far. An attribute is read to its end whatever is wrong with its beginning.
#[derive(Default)]
pub(crate) struct Errors {
    errors: Vec<syn::Error>,
    mentions_target: bool,
}

impl Errors {
    pub(crate) fn push(&mut self, span: Span, message: impl std::fmt::Display) {
        self.errors.push(syn::Error::new(span, message));
    }

    pub(crate) fn push_error(&mut self, error: syn::Error) {
        self.errors.push(error);
    }

    /// Notes that there is an error about the target: a missing one is not said as well.
    pub(crate) const fn mention_target(&mut self) {
        self.mentions_target = true;
    }

    pub(crate) const fn mentions_target(&self) -> bool {
        self.mentions_target
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    pub(crate) fn into_compile_errors(self) -> TokenStream {
        self.errors.iter().map(syn::Error::to_compile_error).collect()
    }
}

/// Runs `expand` on an item. Should it panic, the item is emitted as it was, with an error that says
/// whose fault it is.
pub(crate) fn guarded(
    item: TokenStream,
    expand: impl FnOnce(TokenStream) -> TokenStream,
) -> TokenStream {
    let expansion = catch_unwind(AssertUnwindSafe(|| expand(item.clone())));
    expansion.unwrap_or_else(|_| {
        let error = bug(
            "function",
            "the function is not traced. Please report it with the function's signature and the \
             attribute",
        );
        quote::quote!(#item #error)
    })
}

/// The same for a derive, whose item stays in any case.
pub(crate) fn guarded_derive(
    item: TokenStream,
    expand: impl FnOnce(TokenStream) -> TokenStream,
) -> TokenStream {
    catch_unwind(AssertUnwindSafe(|| expand(item)))
        .unwrap_or_else(|_| bug("type", "please report it with the type's declaration"))
}

fn bug(item: &str, consequence: &str) -> TokenStream {
    let message = format!(
        "agent-trace-macros {} failed on this {item}, which is a bug of the macro and not of yours; \
         {consequence}",
        env!("CARGO_PKG_VERSION")
    );
    syn::Error::new(Span::call_site(), message).into_compile_error()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_of_the_macro_loses_nothing_and_says_whose_it_is() {
        let item = quote::quote!(
            fn f() {}
        );
        let expanded = guarded(item.clone(), |_| panic!("a bug")).to_string();
        assert!(expanded.starts_with(&item.to_string()), "{expanded}");
        assert!(expanded.contains(env!("CARGO_PKG_VERSION")), "{expanded}");
    }
}

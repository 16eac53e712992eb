//! All errors of one attribute, reported together.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::{Span, TokenStream};

/// The most candidates that "did you mean" names.
const MAX_CANDIDATES: usize = 3;

/// The most edits that still look like a slip.
const MAX_EDITS: usize = 3;

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

/// The candidates that a few edits make of `name`: a third of its length, and three at most; nearest first, each in backticks.
pub(crate) fn nearest(name: &str, candidates: &[&str]) -> Vec<String> {
    let limit = (name.chars().count() / 3).clamp(1, MAX_EDITS);
    let mut near: Vec<(usize, usize, &str)> = candidates
        .iter()
        .map(|candidate| {
            // Of two that are equally near, the one of the same length is the likelier slip.
            (edit_distance(name, candidate), candidate.len().abs_diff(name.len()), *candidate)
        })
        .filter(|(distance, ..)| *distance <= limit)
        .collect();
    near.sort_unstable();
    near.truncate(MAX_CANDIDATES);
    near.into_iter().map(|(.., candidate)| format!("`{candidate}`")).collect()
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.
fn edit_distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for row in 1..=from.len() {
        let mut current = vec![row];
        for column in 1..=to.len() {
            let replaced = last[column - 1] + usize::from(from[row - 1] != to[column - 1]);
            let mut best = replaced.min(last[column] + 1).min(current[column - 1] + 1);
            let is_swap = row > 1
                && column > 1
                && from[row - 1] == to[column - 2]
                && from[row - 2] == to[column - 1];
            if is_swap {
                best = best.min(before_last[column - 2] + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[to.len()]
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

    #[test]
    fn distances_count_single_edits() {
        assert_eq!(edit_distance("model", "model"), 0);
        assert_eq!(edit_distance("modle", "model"), 1);
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("provder", "provider"), 1);
        assert_eq!(edit_distance("kitten", "sitting"), 3);
    }

    #[test]
    fn the_nearest_come_first_and_the_far_not_at_all() {
        let candidates = ["model", "mode", "provider", "name"];
        assert_eq!(nearest("modle", &candidates), ["`model`", "`mode`"]);
        assert_eq!(nearest("modes", &candidates), ["`model`", "`mode`"]);
        assert!(nearest("temperature", &candidates).is_empty());
    }
}

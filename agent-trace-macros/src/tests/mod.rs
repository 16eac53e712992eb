//! What the macros write, as a person would see it with `cargo expand`, and what they refuse.

mod derive;
mod documentation;
mod fuzz;
mod parents;
mod refusals;
mod semconv;
mod snapshots;

use proc_macro2::TokenStream;

use crate::expand::annotate;
use crate::kind::Kind;

const KINDS: [Kind; 9] = [
    Kind::Agent,
    Kind::Workflow,
    Kind::LlmCall,
    Kind::Embedding,
    Kind::Retrieval,
    Kind::Memory,
    Kind::Tool,
    Kind::Plan,
    Kind::Step,
];

/// The expansion of one function, formatted.
fn expansion(kind: Kind, arguments: &str, function: &str) -> String {
    let tokens = annotate(kind, tokens(arguments), tokens(function));
    let file = syn::parse2(tokens).expect("the expansion is a list of items");
    prettyplease::unparse(&file)
}

/// The messages of an expansion that fails, and what is left of it: the item as it was written.
fn refusal(kind: Kind, arguments: &str, item: &str) -> (Vec<String>, String) {
    let item = tokens(item);
    let expanded = annotate(kind, tokens(arguments), item.clone()).to_string();
    let item = item.to_string();
    let errors = expanded.strip_prefix(&item).expect("the item is emitted unchanged").to_owned();
    let messages = errors
        .split(":: core :: compile_error ! {")
        .skip(1)
        .map(|error| error.trim().trim_end_matches('}').trim().trim_matches('"').to_owned())
        .collect();
    (messages, item)
}

fn tokens(source: &str) -> TokenStream {
    source.parse().expect("balanced tokens")
}

//! How the block of a future comes to the arguments of its function, and drops them as the function would.
//!
//! A function drops its arguments from the last to the first, used or not, after all that its body has
//! made. A block drops what it captures in the order in which it names it, and captures no more than it
//! names.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::{Attribute, FnArg, Pat, PatIdent, PatType, Receiver, ReceiverKind, Signature, Type};

use crate::function::{Function, is_conditional, mentions};

/// The types that have nothing to drop, whatever they hold.
const PRIMITIVES: &[&str] = &[
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16",
    "u32", "u64", "u128", "usize",
];

/// What a block needs to own the arguments.
#[derive(Default)]
pub(crate) struct Parameters {
    /// A statement for the branch that is never taken: it names what the block captures.
    pub(crate) mention: Option<TokenStream>,
    /// Statements that begin the block.
    pub(crate) bindings: TokenStream,
    /// What the user called the arguments that have got another name.
    renamed: Vec<Renamed>,
}

struct Renamed {
    pattern: TokenStream,
    name: Ident,
}

impl Parameters {
    /// The arguments that the body uses, of a function that keeps those that it does not use until its
    /// body has run: one in which an argument is conditional, or that is not rewritten as a whole.
    pub(crate) fn used(function: &Function) -> Self {
        let inputs = function.signature.inputs.iter();
        let mut names: Vec<Ident> = inputs
            .filter(|argument| !is_conditional(argument))
            .filter_map(|argument| match argument {
                FnArg::Receiver(receiver) => Some(Ident::from(receiver.self_token)),
                // What a pattern takes apart is taken apart before the block is made.
                FnArg::Typed(argument) => name(argument).cloned(),
            })
            .filter(|name| mentions(function.body.stream(), name))
            .collect();
        names.reverse();
        let mention = (names.len() > 1).then(|| quote!(let _ = (#(&#names),*);));
        Self { mention, ..Self::default() }
    }

    /// All arguments that have something to drop, for a block that is all there is of the function. The
    /// function gets parameters of the macro's own, which the block binds to the names that the user gave,
    /// as an `async fn` does: dropped in the same order, and warned of where they are not used.
    pub(crate) fn owned(signature: &mut Signature) -> Self {
        let mut mention = None;
        let mut bindings = TokenStream::new();
        let mut renamed = Vec::new();
        for (index, argument) in signature.inputs.iter_mut().enumerate() {
            match argument {
                FnArg::Receiver(receiver) => {
                    if owns(receiver) {
                        let name = Ident::from(receiver.self_token);
                        mention = Some(quote!(let _ = &#name;));
                    }
                }
                FnArg::Typed(argument) => match name(argument) {
                    Some(_) if !may_drop(&argument.ty) => {}
                    Some(name) => {
                        let mut hidden = name.clone();
                        hidden.set_span(Span::mixed_site().located_at(name.span()));
                        let is_ignored = name.to_string().starts_with('_');
                        renamed.push(Renamed { pattern: quote!(#name), name: hidden.clone() });
                        let (attributes, pattern) = replace(argument, &hidden);
                        // As a tuple, since clippy takes the other for a slip.
                        bindings.extend(if is_ignored {
                            quote!(#(#attributes)* let (#pattern,) = (#hidden,);)
                        } else {
                            quote!(#(#attributes)* let #pattern = #hidden;)
                        });
                    }
                    None => {
                        let hidden = Ident::new(&format!("argument{index}"), Span::mixed_site());
                        let (attributes, pattern) = replace(argument, &hidden);
                        renamed.push(Renamed { pattern: quote!(#pattern), name: hidden.clone() });
                        bindings.extend(quote! {
                            #[allow(unused_mut)]
                            let mut #hidden = #hidden;
                            #(#attributes)* let #pattern = #hidden;
                        });
                    }
                },
            }
        }
        Self { mention, bindings, renamed }
    }

    /// Statements that let an expression outside of the block look at the arguments by the user's names.
    pub(crate) fn lend_to(&self, expression: &TokenStream) -> TokenStream {
        let lend = |Renamed { pattern, name }: &Renamed| {
            let is_named = !names_of_both(pattern, expression).is_empty();
            is_named.then(|| quote!(#[allow(unused_variables)] let #pattern = &#name;))
        };
        self.renamed.iter().filter_map(lend).collect()
    }

    /// Statements that have the compiler take for used in the block what that expression looks at.
    pub(crate) fn mark_used_by(&self, expression: &TokenStream) -> TokenStream {
        let names =
            self.renamed.iter().flat_map(|renamed| names_of_both(&renamed.pattern, expression));
        names.map(|name| quote!(let _ = &#name;)).collect()
    }
}

/// The variables of a pattern that an expression mentions.
fn names_of_both(pattern: &TokenStream, expression: &TokenStream) -> Vec<Ident> {
    let mut names = Vec::new();
    identifiers(pattern.clone(), &mut names);
    let is_variable = |name: &Ident| !name.to_string().starts_with(char::is_uppercase);
    names.retain(|name| is_variable(name) && mentions(expression.clone(), name));
    names
}

fn identifiers(tokens: TokenStream, names: &mut Vec<Ident>) {
    for token in tokens {
        match token {
            TokenTree::Ident(name) => names.push(name),
            TokenTree::Group(group) => identifiers(group.stream(), names),
            _ => {}
        }
    }
}

/// The name of an argument that is nothing but a name.
pub(crate) fn name(argument: &PatType) -> Option<&Ident> {
    match &*argument.pat {
        Pat::Ident(PatIdent { by_ref: None, subpat: None, ident, attrs, .. })
            if attrs.is_empty() =>
        {
            Some(ident)
        }
        _ => None,
    }
}

/// Gives an argument another name; gives the pattern that it had, with its attributes.
fn replace(argument: &mut PatType, name: &Ident) -> (Vec<Attribute>, Pat) {
    let renamed = Pat::Ident(PatIdent {
        attrs: Vec::new(),
        by_ref: None,
        mutability: None,
        ident: name.clone(),
        subpat: None,
    });
    (std::mem::take(&mut argument.attrs), std::mem::replace(&mut argument.pat, renamed))
}

fn owns(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Value => true,
        ReceiverKind::Typed(_, ty) => may_drop(ty),
        _ => false,
    }
}

/// Whether a type, as it is written, may have something to drop.
fn may_drop(ty: &Type) -> bool {
    match ty {
        Type::Reference(_) | Type::Ptr(_) | Type::Never(_) => false,
        Type::Group(group) => may_drop(&group.elem),
        Type::Paren(paren) => may_drop(&paren.elem),
        Type::Array(array) => may_drop(&array.elem),
        Type::Tuple(tuple) => tuple.elems.iter().any(may_drop),
        Type::Path(path) => !PRIMITIVES.iter().any(|name| path.path.is_ident(name)),
        _ => true,
    }
}

//! From an annotated function to the tokens that replace it.

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use crate::args;
use crate::call::{Call, Constant, Record, SpanName};
use crate::diagnostics::Errors;
use crate::function::{Body, Function, Output};
use crate::kind::Kind;

/// Expands one attribute. With errors, the item is emitted as it was, beside them: one mistake is one
/// message.
pub(crate) fn annotate(kind: Kind, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let arguments = args::parse(kind, arguments, &mut errors);
    let function = match syn::parse2::<Function>(item.clone()) {
        Ok(function) => Some(function),
        Err(error) => {
            errors.push_error(error);
            None
        }
    };
    let call = Call::new(kind, arguments, function.as_ref(), &mut errors);
    match (function, call) {
        (Some(function), Some(call)) if errors.is_empty() => expand(&function, &call),
        _ => {
            let errors = errors.into_compile_errors();
            quote!(#item #errors)
        }
    }
}

/// A name that the body cannot see, nor clash with.
fn hidden(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

fn expand(function: &Function, call: &Call) -> TokenStream {
    let head = function.head();
    let body = match function.body() {
        Body::Async => async_body(function, call),
        Body::MakesFuture(future) => {
            // The same kind of block, so that what it captures stays the same.
            let output = function.future_output();
            let traced = traced(&future.before, &future.block, function, call, output.as_ref());
            future.around(traced)
        }
        Body::Plain => plain_body(function, call),
    };
    quote!(#head { #body })
}

fn async_body(function: &Function, call: &Call) -> TokenStream {
    let output = function.output();
    let traced =
        traced(&quote!(async move), &function.body, function, call, Some(&output.as_type()));
    match output {
        Output::Type(_) => quote!(#traced.await),
        Output::Never => quote!(match #traced.await {}),
    }
}

/// The traced future of a body. What it captures, it drops in the order in which the arguments of a
/// function are dropped.
fn traced(
    before: &TokenStream,
    block: &Group,
    function: &Function,
    call: &Call,
    output: Option<&TokenStream>,
) -> TokenStream {
    let runtime = &call.runtime;
    let site = site(call);
    let begin = begin(call);
    let statements = block.stream();
    // A block without `move` owns no argument, and must not borrow what it did not.
    let owns = before.clone().into_iter().count() > 1;
    let mention = owns.then(|| function.mention_arguments()).flatten();
    let typing = typing(mention.as_ref(), call, output);
    let inspect = inspect(function, call);
    quote! {
        #runtime::trace(
            #before {
                #typing
                #site
                #begin
                #statements
            },
            #inspect,
        )
    }
}

/// A branch that is never taken: it names the arguments in the order in which they are to be dropped, and
/// gives the block its type.
fn typing(mention: Option<&TokenStream>, call: &Call, output: Option<&TokenStream>) -> TokenStream {
    let runtime = &call.runtime;
    let typed = output.map(|output| quote!(return #runtime::output_type::<#output>();));
    if mention.is_none() && typed.is_none() {
        return TokenStream::new();
    }
    quote!(if false { #mention #typed })
}

fn plain_body(function: &Function, call: &Call) -> TokenStream {
    let Call { runtime, .. } = call;
    let output = function.output();
    let output_type = output.as_type();
    let body = &function.body;
    let body = match function.mention_arguments() {
        None => body.to_token_stream(),
        Some(mention) => {
            let statements = body.stream();
            quote!({ if false { #mention } #statements })
        }
    };
    let site = site(call);
    let inspect = inspect(function, call);
    let (site_name, name, value) = (hidden("site"), hidden("call"), hidden("output"));
    let record = record(call, &quote!(#name.attributes()));
    let enter = quote!(#runtime::ActiveCall::enter(&mut #name, move || -> #output_type #body));
    let finish = match (function.returns_impl(), function.future_output()) {
        (true, Some(output)) => {
            quote!(#runtime::returned_future::<#output, _, _>(#name, #value, #inspect))
        }
        (true, None) => {
            quote!(#runtime::returned_opaque(&#value).finish_call(#name, #value, #inspect))
        }
        (false, _) => quote!(#runtime::returned(&#value).finish_call(#name, #value, #inspect)),
    };
    let finish = match output {
        Output::Type(_) => finish,
        Output::Never => quote!(match #finish {}),
    };
    quote! {
        #site
        let mut #name = #site_name.start();
        #record
        let #value = #enter;
        #finish
    }
}

/// The static site. Its names stay in a block of their own, where no expression of the user's is; where
/// a constant of the user's is in it, they are not imported.
fn site(call: &Call) -> TokenStream {
    let Call { runtime, operation, name: span_name, constants, .. } = call;
    let site = hidden("site");
    let has_path = !matches!(span_name, SpanName::Literal(_))
        || constants.iter().any(|constant| constant.is_path);
    let (import, module) = if has_path {
        (TokenStream::new(), quote!(#runtime::))
    } else {
        let constant = (!constants.is_empty()).then(|| quote!(, Constant));
        (quote!(use #runtime::{CallSite #constant, Operation};), TokenStream::new())
    };
    let constants = constants
        .iter()
        .map(|Constant { key, value, .. }| quote!((#key, #module Constant::#value)));
    let constructor = match span_name {
        SpanName::OperationAnd(_) => quote!(named_by_target),
        SpanName::Literal(_) | SpanName::Constant(_) => quote!(new),
    };
    let span_name = match span_name {
        SpanName::Literal(name) => quote!(#name),
        SpanName::Constant(name) | SpanName::OperationAnd(name) => name.clone(),
    };
    quote! {
        let #site = {
            #import
            static __SITE: #module CallSite = #module CallSite::#constructor(
                #module Operation::#operation,
                #span_name,
                &[#(#constants),*],
            );
            &__SITE
        };
    }
}

/// Begins the call of a future, and reads attributes from the function's arguments.
fn begin(call: &Call) -> TokenStream {
    let site = hidden("site");
    match record(call, &quote!(#site.begin_with_attributes())) {
        Some(record) => record,
        None => quote!(#site.begin();),
    }
}

/// Reads attributes from the function's arguments, where there is a `place` for them.
fn record(call: &Call, place: &TokenStream) -> Option<TokenStream> {
    let attributes = hidden("attributes");
    if call.records.is_empty() {
        return None;
    }
    let records = call.records.iter().map(|record| match record {
        Record::Target(value) => {
            quote_spanned!(mixed_site(value)=> #attributes.target(&(#value));)
        }
        Record::Constant { key, value } => {
            let runtime = &call.runtime;
            quote!(#attributes.constant(#key, #runtime::Constant::#value);)
        }
        Record::Value { method, key, value } => {
            let method = Ident::new(method, Span::mixed_site());
            quote_spanned!(mixed_site(value)=> #attributes.#method(#key, &(#value));)
        }
    });
    Some(quote! {
        if let ::core::option::Option::Some(#attributes) = &mut #place {
            #(#records)*
        }
    })
}

/// The place of an expression, with the names of the macro: where errors about its type belong.
fn mixed_site(value: &Expr) -> Span {
    Span::mixed_site().located_at(value.span())
}

/// The closure that reads the outcome; its errors belong to the returned type.
fn inspect(function: &Function, call: &Call) -> TokenStream {
    let runtime = &call.runtime;
    let output = hidden("output");
    let span = function.output_span().resolved_at(Span::mixed_site());
    let outcome = quote_spanned!(span=> #runtime::Inspect::new(#output).inspected_outcome());
    if call.returns_response {
        quote!(|#output| #outcome.with_response(#runtime::Inspect::new(#output).inspected_response()))
    } else {
        quote!(|#output| #outcome)
    }
}

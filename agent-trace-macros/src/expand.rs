//! From an annotated function to the tokens that replace it.

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, GenericArgument, PathArguments, ReturnType, Type};

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
    let name = function.as_ref().map(Function::name);
    let call = Call::new(kind, arguments, name.as_deref(), &mut errors);
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
            // The same kind of block inside, so that what it captures stays the same.
            let before = &future.before;
            let block = typed_block(&future.block, call, function.future_output().as_ref());
            let inspect = inspect(function, call);
            let start = start(call, &quote!());
            let name = hidden("call");
            future.with_block(&quote! {
                #start
                #name.run(#before #block, #inspect).await
            })
        }
        Body::Plain => plain_body(function, call),
    };
    quote!(#head { #body })
}

fn async_body(function: &Function, call: &Call) -> TokenStream {
    let body = &function.body;
    let start = start(call, &quote!());
    let inspect = inspect(function, call);
    let name = hidden("call");
    let (output, is_never) = match function.output() {
        Output::Type(output) => (output, false),
        Output::Never => (quote!(::core::convert::Infallible), true),
    };
    let block = typed_block(body, call, Some(&output));
    let run = quote!(#name.run(async move #block, #inspect).await);
    if is_never { quote!(#start match #run {}) } else { quote!(#start #run) }
}

/// The body's block, with a branch that is never taken and gives it its type.
fn typed_block(block: &Group, call: &Call, output: Option<&TokenStream>) -> TokenStream {
    let Some(output) = output else { return block.to_token_stream() };
    let runtime = &call.runtime;
    let statements = block.stream();
    quote!({
        if false {
            return #runtime::output_type::<#output>();
        }
        #statements
    })
}

fn plain_body(function: &Function, call: &Call) -> TokenStream {
    let Call { runtime, .. } = call;
    let body = &function.body;
    let start = start(call, &quote!(mut));
    let inspect = inspect(function, call);
    let (name, value) = (hidden("call"), hidden("output"));
    let (output, is_never) = match function.output() {
        Output::Type(output) => (output, false),
        Output::Never => (quote!(::core::convert::Infallible), true),
    };
    let enter = quote!(#runtime::ActiveCall::enter(&mut #name, move || -> #output #body));
    let future_output = function.future_output().filter(|_| function.returns_impl_future());
    let enter = match future_output {
        Some(output) => quote!(#runtime::future_of::<#output, _>(#enter)),
        None => enter,
    };
    let run = quote!(let #value = #enter;);
    let finish = quote!(#runtime::returned(&#value).finish_call(#name, #value, #inspect));
    if is_never { quote!(#start #run match #finish {}) } else { quote!(#start #run #finish) }
}

/// The static site, and the call that starts there. The names of the site stay in a block of their
/// own, where no expression of the user's is; where a constant of the user's is in it, they are not
/// imported.
fn start(call: &Call, mutability: &TokenStream) -> TokenStream {
    let Call { runtime, operation, name: span_name, constants, .. } = call;
    let (name, site) = (hidden("call"), hidden("site"));
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
    let record = record(call);
    quote! {
        let #site = {
            #import
            static SITE: #module CallSite = #module CallSite::#constructor(
                #module Operation::#operation,
                #span_name,
                &[#(#constants),*],
            );
            &SITE
        };
        let #mutability #name = #site.start(#record);
    }
}

/// The closure that reads attributes from the function's arguments.
fn record(call: &Call) -> TokenStream {
    let attributes = hidden("attributes");
    if call.records.is_empty() {
        return quote!(|_| {});
    }
    let records = call.records.iter().map(|record| match record {
        Record::Target(value) => {
            quote_spanned!(mixed_site(value)=> #attributes.target(&(#value));)
        }
        Record::Value { method, key, value } => {
            let method = Ident::new(method, Span::mixed_site());
            quote_spanned!(mixed_site(value)=> #attributes.#method(#key, &(#value));)
        }
    });
    quote!(|#attributes| { #(#records)* })
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

/// A return type as it can stand inside of a body: `impl Trait` is for the compiler to infer there.
pub(crate) fn without_impl(ty: &Type) -> TokenStream {
    let mut ty = ty.clone();
    replace_impl(&mut ty);
    ty.into_token_stream()
}

fn replace_impl(ty: &mut Type) {
    match ty {
        Type::ImplTrait(_) => *ty = syn::parse_quote!(_),
        Type::Array(array) => replace_impl(&mut array.elem),
        Type::Group(group) => replace_impl(&mut group.elem),
        Type::Paren(paren) => replace_impl(&mut paren.elem),
        Type::Ptr(pointer) => replace_impl(&mut pointer.elem),
        Type::Reference(reference) => replace_impl(&mut reference.elem),
        Type::Slice(slice) => replace_impl(&mut slice.elem),
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(replace_impl),
        Type::Path(path) => {
            for segment in &mut path.path.segments {
                match &mut segment.arguments {
                    PathArguments::None => {}
                    PathArguments::AngleBracketed(arguments) => {
                        for argument in &mut arguments.args {
                            if let GenericArgument::Type(ty) = argument {
                                replace_impl(ty);
                            }
                        }
                    }
                    PathArguments::Parenthesized(arguments) => {
                        for input in &mut arguments.inputs {
                            replace_impl(&mut input.ty);
                        }
                        if let ReturnType::Type(_, ty) = &mut arguments.output {
                            replace_impl(ty);
                        }
                    }
                }
            }
        }
        _ => {}
    }
}

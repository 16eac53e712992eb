//! From an annotated function to the tokens that replace it.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, ReturnType};

use crate::args::{self, Usage};
use crate::call::{Call, Constant, Record, SiteTarget, SpanName, mixed_site, respanned};
use crate::capture::Captured;
use crate::diagnostics::Errors;
use crate::function::{Body, Function, Output};
use crate::kind::Kind;
use crate::mapping::Mapping;
use crate::parameters::Parameters;
use crate::types::OpaqueStream;

/// Expands one attribute. With errors, the item is emitted as it was, beside them: one mistake is one
/// message.
pub(crate) fn annotate(kind: Kind, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let arguments = args::parse(kind, arguments, &mut errors);
    let function = match Function::parse(item.clone()) {
        Ok(function) => Some(function),
        Err(error) => {
            errors.push_error(error);
            None
        }
    };
    let call = Call::new(kind, arguments, function.as_ref(), &mut errors);
    match (function, call) {
        (Some(function), Some(call)) if errors.is_empty() => expand(function, &call),
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

fn expand(function: Function, call: &Call) -> TokenStream {
    match function.body() {
        Body::Async if function.is_plainly_async() => future_function(function, call),
        Body::Async => {
            let (allowance, head) = (function.allowance(), function.head());
            let body = async_body(&function, call);
            quote!(#allowance #head { #body })
        }
        Body::MakesFuture(future) => {
            // The same kind of block, so that what it captures stays the same.
            let output = function.future_output();
            // A block without `move` owns no argument, and must not borrow what it did not.
            let owns = future.before.clone().into_iter().count() > 1;
            let parameters = if owns { Parameters::used(&function) } else { Parameters::default() };
            let traced = traced(
                &future.before,
                &future.block,
                &parameters,
                &function,
                call,
                output.as_ref(),
            );
            let head = function.head();
            let body = future.around(traced);
            quote!(#head { #body })
        }
        Body::Plain => plain_function(function, call),
    }
}

/// An `async fn` as what it stands for, a function that returns a future: of the two futures that it would
/// make, with the traced one in its own, the compiler writes one.
fn future_function(mut function: Function, call: &Call) -> TokenStream {
    let parameters = Parameters::owned(&mut function.signature);
    let before = quote!(async move);
    let output = function.output().as_type();
    let traced = traced(&before, &function.body, &parameters, &function, call, Some(&output));
    let allowance = function.allowance();
    let output = match std::mem::replace(&mut function.signature.output, ReturnType::Default) {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => ty.into_token_stream(),
    };
    function.signature.asyncness = None;
    let conditions = function.signature.generics.where_clause.take();
    let head = function.head();
    quote!(#allowance #head -> impl ::core::future::Future<Output = #output> #conditions { #traced })
}

fn async_body(function: &Function, call: &Call) -> TokenStream {
    let output = function.output();
    let parameters = Parameters::used(function);
    let before = quote!(async move);
    let output_type = output.as_type();
    let traced = traced(&before, &function.body, &parameters, function, call, Some(&output_type));
    match output {
        Output::Type(_) => quote!(#traced.await),
        Output::Never => quote!(match #traced.await {}),
    }
}

/// The traced future of a body.
fn traced(
    before: &TokenStream,
    block: &Group,
    parameters: &Parameters,
    function: &Function,
    call: &Call,
    output: Option<&TokenStream>,
) -> TokenStream {
    let runtime = &call.runtime;
    let site = site(function, call);
    let typing = typing(parameters.mention.as_ref(), call, output);
    let bindings = &parameters.bindings;
    let record = record(call);
    let statements = block.stream();
    let used = used_by_parent(parameters, call);
    let block = like(block, quote!(#typing #bindings #used #record #statements));
    let body = quote!(#before #block);
    let probe = probe(function, call);
    let traced = match read(function, call) {
        Some(read) => quote!(#runtime::trace_reading(#site, #body, #read, #probe)),
        None => quote!(#runtime::trace(#site, #body, #probe)),
    };
    match below(parameters, call) {
        Some(below) => quote!(#below.poll_in(#traced)),
        None => traced,
    }
}

/// The parent that the site names, which is asked for before the block has taken the arguments.
fn below(parameters: &Parameters, call: &Call) -> Option<TokenStream> {
    let (runtime, parent) = (&call.runtime, call.parent.as_ref()?);
    let lent = parameters.lend_to(&parent.to_token_stream());
    let place = mixed_site(parent);
    let runtime_there = respanned(runtime, place);
    let parent = quote_spanned!(place=> #runtime_there::parent(&(#parent)));
    Some(quote!(#runtime::below(|| { #lent #parent })))
}

fn used_by_parent(parameters: &Parameters, call: &Call) -> Option<TokenStream> {
    Some(parameters.mark_used_by(&call.parent.as_ref()?.to_token_stream()))
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

/// A plain function whose body runs as a closure within its call.
fn plain_function(mut function: Function, call: &Call) -> TokenStream {
    let Call { runtime, .. } = call;
    let output = function.output();
    let output_type = output.as_type();
    let parameters = if function.has_conditional_argument() {
        Parameters::used(&function)
    } else {
        Parameters::owned(&mut function.signature)
    };
    let below = below(&parameters, call);
    let mention = parameters.mention.as_ref().map(|mention| quote!(if false { #mention }));
    let used = used_by_parent(&parameters, call);
    let (bindings, record) = (parameters.bindings, record(call));
    let statements = function.body.stream();
    let block = like(&function.body, quote!(#mention #bindings #used #record #statements));
    let body = quote!(move || -> #output_type #block);
    let read = read(&function, call);
    let body = match &read {
        Some(read) => quote!(move || #runtime::reading_value((#body)(), #read)),
        None => body,
    };
    let site = site(&function, call);
    let probe = probe(&function, call);
    let (name, value) = (hidden("call"), hidden("output"));
    let enter = quote!(#runtime::ActiveCall::enter(&mut #name, #body));
    let enter = match below {
        Some(below) => quote!(#below.enter(|| #enter)),
        None => enter,
    };
    let (returned, finish_call) = match read {
        Some(_) => (quote!(#value.value), quote!(finish_read_call)),
        None => (quote!(#value), quote!(finish_call)),
    };
    let finish = match (function.returns_impl(), function.future_output()) {
        (true, Some(output)) => {
            quote!(#runtime::returned_future::<#output, _, _>(#name, #returned, #probe))
        }
        (true, None) => {
            quote!(#runtime::returned_opaque(&#returned).#finish_call(#name, #value, #probe))
        }
        (false, _) => quote!(#runtime::returned(&#returned).#finish_call(#name, #value, #probe)),
    };
    let finish = match output {
        Output::Type(_) => finish,
        Output::Never => quote!(match #finish {}),
    };
    let head = function.head();
    quote! {
        #head {
            let mut #name = #site.start();
            let #value = #enter;
            #finish
        }
    }
}

/// Other statements in a block of the user's, with its edition: that decides when what the last expression
/// makes is dropped.
fn like(block: &Group, statements: TokenStream) -> Group {
    let mut other = Group::new(Delimiter::Brace, statements);
    other.set_span(block.span());
    other
}

/// The static site, in a block of its own: no expression of the user's sees its name.
fn site(function: &Function, call: &Call) -> TokenStream {
    let Call { runtime, operation, name, target, constants, .. } = call;
    let constructor = Ident::new(call.constructor, Span::mixed_site());
    let operation = operation.as_ref().map(|operation| quote!(#operation,));
    let name = match name {
        SpanName::Literal(name) => quote!(#name),
        SpanName::Constant(name) => name.clone(),
    };
    let (target, named) = match target {
        None => (quote!(""), None),
        Some(SiteTarget::Literal(literal)) => (literal.to_token_stream(), None),
        Some(SiteTarget::Constant { value, ends_name }) => {
            (value.clone(), ends_name.then(|| quote!(.named_by_target())))
        }
    };
    let attributes = (!constants.is_empty()).then(|| {
        let constants = constants
            .iter()
            .map(|Constant { key, value }| quote!((#key, #runtime::Constant::#value)));
        quote!(.attributes(&[#(#constants),*]))
    });
    let cancel = call.cancel_is_ok.then(|| quote!(.cancel_is_ok()));
    let events = call.chunk_events.map(|count| quote!(.chunk_events(#count)));
    let usage = match call.usage {
        Some(Usage::None) => Some(quote!(.uses_nothing())),
        Some(_) => {
            let name = format!("::{}", function.name_literal().value());
            Some(quote!(.of_function(::core::concat!(::core::module_path!(), #name))))
        }
        None => None,
    };
    let output =
        call.captured.iter().any(Captured::is_response).then(|| quote!(.captures_output()));
    quote! {
        {
            static __SITE: #runtime::CallSite =
                #runtime::CallSite::#constructor(#operation #name, #target) #named #attributes #cancel #usage #events #output;
            &__SITE
        }
    }
}

/// Reads attributes from the function's arguments.
fn record(call: &Call) -> Option<TokenStream> {
    let runtime = &call.runtime;
    let arguments = hidden("arguments");
    let captured: TokenStream = call
        .captured
        .iter()
        .filter_map(|part| part.of_arguments(&arguments, runtime, &call.argument_names))
        .collect();
    if call.records.is_empty() && captured.is_empty() {
        return None;
    }
    let write = |record: &Record| match record {
        Record::Target { value, .. } => {
            quote_spanned!(mixed_site(value)=> #arguments.target(&(#value));)
        }
        Record::Constant { key, value } => {
            quote!(#arguments.constant(#key, #runtime::Constant::#value);)
        }
        Record::Value { method, key, value } => {
            let method = Ident::new(method, Span::mixed_site());
            quote_spanned!(mixed_site(value)=> #arguments.#method(#key, &(#value));)
        }
    };
    let (measured, others): (Vec<&Record>, Vec<&Record>) =
        call.records.iter().partition(|record| record.is_measured());
    let measured = measured.into_iter().map(write);
    let others: TokenStream = others.into_iter().map(write).collect();
    let others = (!others.is_empty()).then(|| quote!(if #arguments.is_recording() { #others }));
    let captured = (!captured.is_empty()).then(|| quote!(if #arguments.captures() { #captured }));
    Some(quote!(#runtime::arguments(|#arguments| { #(#measured)* #others #captured });))
}

/// What a closure ends with, whose type may be wrong; or the function itself.
fn result_of(read: &Expr) -> &Expr {
    match read {
        Expr::Closure(closure) => &closure.body,
        function => function,
    }
}

/// The closure that does with the result what the site says, where it says something.
fn read(function: &Function, call: &Call) -> Option<TokenStream> {
    let runtime = &call.runtime;
    let output = hidden("output");
    let span = function.output_span().resolved_at(Span::mixed_site());
    let usage = match &call.usage {
        Some(Usage::Read(read)) => {
            let place = mixed_site(result_of(read));
            let runtime_there = respanned(runtime, place);
            let usage_of = quote_spanned!(place=> #runtime_there::usage_of);
            Some(quote!(#usage_of(#output.inspected_success(), #read);))
        }
        _ => None,
    };
    let mapping = call.mapping.as_ref().map(|mapping| {
        let reply = &mapping.reply;
        let entries = mapping.entries.iter().map(|entry| {
            let place = mixed_site(&entry.value);
            let (method, value) = (Ident::new(mapping.method(entry), place), &entry.value);
            quote_spanned!(place=> .#method(&(#value)))
        });
        quote! {
            #runtime::record_response(
                #output.inspected_success(),
                |#reply| #runtime::mapped_response() #(#entries)*,
            );
        }
    });
    let error = quote_spanned!(span=> #output.inspected_error());
    let ok_if = call.ok_if.as_ref().map(|is_ok| quote!(#runtime::ok_if(#error, #is_ok);));
    let error_type = call.error_type.as_ref().map(|name| {
        let place = mixed_site(result_of(name));
        let runtime_there = respanned(runtime, place);
        let error_type_of = quote_spanned!(place=> #runtime_there::error_type_of);
        quote!(#error_type_of(#error, #name);)
    });
    let count = call
        .is_search
        .then(|| quote!(#runtime::count_of(#runtime::look(#output).inspected_count());));
    let captured: TokenStream =
        call.captured.iter().filter_map(|part| part.of_result(&output, runtime)).collect();
    let captured =
        (!captured.is_empty()).then(|| quote!(if #runtime::captured::is_on() { #captured }));
    let statements: TokenStream =
        [usage, mapping, ok_if, error_type].into_iter().flatten().collect();
    let reading = (!statements.is_empty())
        .then(|| quote!(#runtime::look(#output).inspected_reading(|#output| { #statements })));
    let nothing = || quote!(::core::option::Option::None::<()>);
    match (count, captured, reading) {
        (None, None, None) => None,
        (count, captured, reading) => {
            let reading = reading.unwrap_or_else(nothing);
            Some(quote!(|#output| { #count #captured #reading }))
        }
    }
}

/// The closure that the compiler types the end of the call by. All of it has the span of the returned
/// type: its errors belong there, and a warning would be silenced within what a macro of another crate
/// writes.
fn probe(function: &Function, call: &Call) -> TokenStream {
    let span = function.output_span();
    let stream = function.opaque_stream();
    let items = match stream {
        Some(OpaqueStream { is_pinned: true, .. }) => quote_spanned!(span=> inspected_pinned_items),
        Some(_) => quote_spanned!(span=> inspected_opaque_items),
        None => quote_spanned!(span=> inspected_items),
    };
    let of_items = match stream {
        Some(OpaqueStream { is_within: false, item: Some(item), .. }) => {
            quote_spanned!(span=> .of_items::<#item>())
        }
        Some(OpaqueStream { is_within: true, item: Some(item), .. }) => {
            quote_spanned!(span=> .of_items_within::<#item>())
        }
        _ => TokenStream::new(),
    };
    let ending =
        quote_spanned!(span=> probe #of_items.inspected_value().#items().inspected_ending());
    let usage = match &call.usage {
        None => return quote_spanned!(span=> |probe| #ending),
        Some(_) if call.mapping.as_ref().is_some_and(Mapping::has_usage) => {
            quote_spanned!(span=> inspected_usage_if_any)
        }
        Some(Usage::InResult) => quote_spanned!(span=> inspected_usage),
        Some(Usage::Required) => quote_spanned!(span=> inspected_required_usage),
        Some(Usage::Manual | Usage::None | Usage::Read(_)) => {
            quote_spanned!(span=> inspected_usage_if_any)
        }
    };
    quote_spanned!(span=> |probe| (#ending, probe.inspected_response().#usage()))
}

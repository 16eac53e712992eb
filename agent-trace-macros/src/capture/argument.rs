//! `capture(input = messages, output)`: what content a site may record, where that is switched on.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Expr, ExprClosure, LitStr, Token};

use crate::args::{comma, expression, is_closure, skip_to_comma};
use crate::call::{mixed_site, respanned};
use crate::diagnostics::Errors;
use crate::function::Function;
use crate::kind::Kind;
use crate::nearest::nearest;

/// A part of the content of a call.
pub(crate) struct Part {
    name: &'static str,
    kinds: &'static [Kind],
    /// What its name alone stands for.
    alone: Option<Alone>,
    /// The runtime's name of it, for values of arguments and of results.
    function: &'static str,
    summary: &'static str,
}

/// What a part is taken from where it stands alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alone {
    /// The model's response, as the result tells it.
    Response,
    Result,
    /// All arguments that have a name.
    Arguments,
}

const fn part(
    name: &'static str,
    kinds: &'static [Kind],
    alone: Option<Alone>,
    function: &'static str,
    summary: &'static str,
) -> Part {
    Part { name, kinds, alone, function, summary }
}

impl Part {
    /// Whether there is none before the result: what a memory is told may be records as well.
    fn is_of_result(&self) -> bool {
        matches!(self.alone, Some(Alone::Response | Alone::Result)) && self.name != "records"
    }
}

const CHATS: &[Kind] = &[Kind::LlmCall, Kind::Agent];

const PARTS: &[Part] = &[
    part(
        "input",
        &[Kind::LlmCall, Kind::Agent, Kind::Workflow],
        None,
        "input_messages",
        "the messages that the model is sent",
    ),
    part("system", CHATS, None, "system_instructions", "instructions apart from the messages"),
    part("tools", CHATS, None, "tool_definitions", "the tools that the model may call"),
    part(
        "output",
        &[Kind::LlmCall],
        Some(Alone::Response),
        "output_messages",
        "the messages of the response",
    ),
    part(
        "output",
        &[Kind::Agent, Kind::Workflow],
        Some(Alone::Result),
        "output_messages",
        "the answer, which is the result",
    ),
    part(
        "arguments",
        &[Kind::Tool],
        Some(Alone::Arguments),
        "tool_arguments",
        "the tool's arguments, all where it stands alone",
    ),
    part("result", &[Kind::Tool], Some(Alone::Result), "tool_result", "the tool's result"),
    part("query", &[Kind::Retrieval], None, "retrieval_query", "the text that is searched for"),
    part("query", &[Kind::Memory], None, "memory_query", "the text that is searched for"),
    part(
        "documents",
        &[Kind::Retrieval],
        Some(Alone::Result),
        "retrieval_documents",
        "what was found, which is the result",
    ),
    part(
        "records",
        &[Kind::Memory],
        Some(Alone::Result),
        "memory_records",
        "the records, which are the result where it stands alone",
    ),
];

/// A part that a site captures.
pub(crate) struct Captured {
    part: &'static Part,
    name: Ident,
    source: Source,
}

enum Source {
    Alone(Alone),
    /// Of the arguments.
    Expression(Expr),
    /// Of the result.
    Closure(ExprClosure),
}

/// The parts that a macro can capture, as users write them.
pub(crate) fn usages(kind: Kind) -> Vec<String> {
    let of_kind = PARTS.iter().filter(|part| part.kinds.contains(&kind));
    of_kind
        .map(|part| match part.alone {
            Some(_) => format!("`{}`", part.name),
            None => format!("`{} = value`", part.name),
        })
        .collect()
}

/// Reads all parts, whatever is wrong with some of them.
pub(crate) fn parse(
    kind: Kind,
    input: ParseStream<'_>,
    errors: &mut Errors,
) -> syn::Result<Vec<Captured>> {
    let mut captured: Vec<Captured> = Vec::new();
    while !input.is_empty() {
        match read(kind, input) {
            Ok(one) if captured.iter().any(|known| known.part.name == one.part.name) => {
                let message = format!("`{}` is given twice; keep one of the two", one.name);
                errors.push(one.name.span(), message);
            }
            Ok(one) => captured.push(one),
            Err(error) => {
                errors.push_error(error);
                skip_to_comma(input);
            }
        }
        comma(input, "parts", errors)?;
    }
    Ok(captured)
}

fn read(kind: Kind, input: ParseStream<'_>) -> syn::Result<Captured> {
    let list = || usages(kind).join(", ");
    let name = input.call(Ident::parse_any).map_err(|error| {
        syn::Error::new(error.span(), format!("expected a part of the content: {}", list()))
    })?;
    let of_kind: Vec<&'static Part> =
        PARTS.iter().filter(|part| part.kinds.contains(&kind)).collect();
    let Some(part) = of_kind.iter().copied().find(|part| name == part.name) else {
        let names: Vec<&str> = of_kind.iter().map(|part| part.name).collect();
        let hint = match nearest(&name.to_string(), &names).as_slice() {
            [] => format!("it captures {}", list()),
            near => format!("did you mean {}?", near.join(" or ")),
        };
        let message = format!("`#[{}]` has no content `{name}`; {hint}", kind.name());
        return Err(syn::Error::new(name.span(), message));
    };
    let source = if input.parse::<Option<Token![=]>>()?.is_some() {
        if is_closure(input) {
            Source::Closure(input.parse()?)
        } else {
            let value = expression(input)?;
            if part.is_of_result() {
                let message = format!(
                    "`{name}` is of the result: write `{name}` alone, or `{name} = |reply| …`"
                );
                return Err(syn::Error::new_spanned(value, message));
            }
            Source::Expression(value)
        }
    } else {
        match part.alone {
            Some(alone) => Source::Alone(alone),
            None => {
                let message = format!("write `{name} = value`: {}", part.summary);
                return Err(syn::Error::new(name.span(), message));
            }
        }
    };
    Ok(Captured { part, name, source })
}

impl Captured {
    /// Whether the response is asked for its messages.
    pub(crate) const fn is_response(&self) -> bool {
        matches!(self.source, Source::Alone(Alone::Response))
    }

    fn function(&self, place: proc_macro2::Span) -> Ident {
        Ident::new(self.part.function, place)
    }

    /// The statement that reads it from the arguments, where it is there.
    pub(crate) fn of_arguments(
        &self,
        arguments: &Ident,
        runtime: &TokenStream,
        names: &[Ident],
    ) -> Option<TokenStream> {
        match &self.source {
            Source::Expression(value) => {
                let place = mixed_site(value);
                let function = self.function(place);
                Some(quote_spanned!(place=> #arguments.#function(&(#value));))
            }
            Source::Alone(Alone::Arguments) => {
                let function = self.function(mixed_site_of(&self.name));
                let fields = names.iter().map(|name| {
                    let key = LitStr::new(&name.unraw().to_string(), name.span());
                    let place = mixed_site_of(name);
                    quote_spanned!(place=> .field(#key, &#name))
                });
                Some(quote! {
                    #arguments.#function(&#runtime::captured::arguments() #(#fields)* .finish());
                })
            }
            _ => None,
        }
    }

    /// The statement that reads it from the result, where it is there.
    pub(crate) fn of_result(&self, output: &Ident, runtime: &TokenStream) -> Option<TokenStream> {
        let success = quote!(#runtime::look(#output).inspected_success());
        match &self.source {
            Source::Alone(Alone::Result) => {
                let place = mixed_site_of(&self.name);
                let (function, runtime) = (self.function(place), respanned(runtime, place));
                Some(quote_spanned!(place=> #runtime::captured::#function(#success);))
            }
            Source::Closure(read) => {
                let place = mixed_site(&read.body);
                let (function, runtime) = (self.function(place), respanned(runtime, place));
                Some(quote_spanned! {place=>
                    #runtime::captured::#function(
                        #runtime::captured::read(#success, #read).as_ref(),
                    );
                })
            }
            _ => None,
        }
    }
}

fn mixed_site_of(name: &Ident) -> proc_macro2::Span {
    proc_macro2::Span::mixed_site().located_at(name.span())
}

/// The arguments that a tool's content names: all that have a name, and are meant to be used.
pub(crate) fn argument_names(function: Option<&Function>) -> Vec<Ident> {
    let names = function.map(Function::argument_names).unwrap_or_default();
    names.into_iter().filter(|name| !name.to_string().starts_with('_')).collect()
}

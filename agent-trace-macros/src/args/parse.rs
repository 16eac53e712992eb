//! From the tokens of an attribute to its arguments, with every mistake reported at once.

use proc_macro2::{Group, Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprPath, LitInt, LitStr, Path, Token, token};

use super::list::{comma, skip_to_comma, word};
use super::{Argument, Meaning, Usage, table};
use crate::capture::{self, Captured};
use crate::diagnostics::Errors;
use crate::kind::Kind;
use crate::mapping::Mapping;
use crate::nearest::nearest;

/// The SDK's limit of events on one span.
const MAX_CHUNK_EVENTS: u16 = 128;

/// The arguments of one attribute, as they were written.
#[derive(Default)]
pub(crate) struct Arguments {
    /// The first argument, where it stands without a name.
    pub(crate) leading: Option<Expr>,
    pub(crate) target: Option<Expr>,
    pub(crate) provider: Option<Expr>,
    pub(crate) operation: Option<Expr>,
    pub(crate) span_name: Option<LitStr>,
    pub(crate) crate_path: Option<Path>,
    pub(crate) remote: Option<Ident>,
    pub(crate) in_process: Option<Ident>,
    pub(crate) usage: Usage,
    /// `usage`, where it is given.
    pub(crate) usage_name: Option<Ident>,
    pub(crate) mapping: Option<(Ident, Mapping)>,
    pub(crate) captured: Vec<Captured>,
    /// What came with the context that the call continues.
    pub(crate) parent: Option<Expr>,
    pub(crate) cancel_is_ok: bool,
    pub(crate) ok_if: Option<Expr>,
    pub(crate) error_type: Option<Expr>,
    pub(crate) chunk_events: Option<u16>,
    pub(crate) records: Vec<Given>,
    pub(crate) attributes: Vec<Pair>,
}

/// A value for an attribute of the conventions that the macro has an argument for.
pub(crate) struct Given {
    pub(crate) argument: &'static Argument,
    pub(crate) key: &'static str,
    pub(crate) name: Ident,
    pub(crate) value: Expr,
}

/// `"key" = value`
pub(crate) struct Pair {
    pub(crate) key: LitStr,
    pub(crate) value: Expr,
}

/// Parses the arguments of `kind`. What cannot be read is reported and left out.
pub(crate) fn parse(kind: Kind, tokens: TokenStream, errors: &mut Errors) -> Arguments {
    let parser = |input: ParseStream<'_>| {
        let mut arguments = Arguments::default();
        let mut seen = Vec::new();
        let mut is_first = true;
        while !input.is_empty() {
            let result = parse_one(kind, input, is_first, &mut seen, &mut arguments, errors);
            is_first = false;
            if let Err(error) = result {
                errors.push_error(error);
                // It may have been what is then missing.
                errors.mention_target();
                skip_to_comma(input);
            }
            comma(input, "arguments", errors)?;
        }
        Ok(arguments)
    };
    match parser.parse2(tokens) {
        Ok(arguments) => arguments,
        Err(error) => {
            errors.push_error(error);
            Arguments::default()
        }
    }
}

fn parse_one(
    kind: Kind,
    input: ParseStream<'_>,
    is_first: bool,
    seen: &mut Vec<&'static str>,
    arguments: &mut Arguments,
    errors: &mut Errors,
) -> syn::Result<()> {
    if is_first && kind.leading().is_some() && !is_named(kind, input) {
        arguments.leading = Some(expression(input)?);
        return Ok(());
    }
    if !input.peek(Ident::peek_any) {
        let message = format!("expected an argument of `#[{}]`: {}", kind.name(), usages(kind));
        return Err(input.error(message));
    }
    let name = input.call(Ident::parse_any)?;
    let Some(argument) = find(kind, &name) else {
        errors.push(name.span(), unknown(kind, &name));
        // It may have been meant for what is then missing.
        errors.mention_target();
        skip_to_comma(input);
        return Ok(());
    };
    if seen.contains(&argument.name) {
        let message = format!("`{}` is given twice; keep one of the two", argument.name);
        errors.push(name.span(), message);
        skip_to_comma(input);
        return Ok(());
    }
    seen.push(argument.name);
    parse_value(kind, argument, name, input, arguments, errors)
}

/// Whether the input begins with an argument that has a name, and not with a leading value.
fn is_named(kind: Kind, input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let Ok(name) = ahead.call(Ident::parse_any) else { return false };
    ahead.peek(Token![=]) || find(kind, &name).is_some()
}

fn parse_value(
    kind: Kind,
    argument: &'static Argument,
    name: Ident,
    input: ParseStream<'_>,
    arguments: &mut Arguments,
    errors: &mut Errors,
) -> syn::Result<()> {
    let value = |input: ParseStream<'_>| -> syn::Result<()> {
        if input.parse::<Option<Token![=]>>()?.is_some() && !input.is_empty() {
            return Ok(());
        }
        let message = format!("write {}: {}", argument.usage(), argument.summary);
        Err(syn::Error::new(name.span(), message))
    };
    match argument.meaning {
        Meaning::Target => {
            value(input)?;
            arguments.target = Some(expression(input)?);
        }
        Meaning::Record(key) => {
            value(input)?;
            arguments.records.push(Given { argument, key, value: expression(input)?, name });
        }
        Meaning::Provider => {
            value(input)?;
            arguments.provider = Some(expression(input)?);
        }
        Meaning::Operation => {
            value(input)?;
            arguments.operation = Some(expression(input)?);
        }
        Meaning::SpanName => {
            value(input)?;
            arguments.span_name = Some(input.parse()?);
        }
        Meaning::Crate => {
            value(input)?;
            arguments.crate_path = Some(input.call(Path::parse_mod_style)?);
        }
        Meaning::Attributes => {
            let list = list(argument, &name, input)?;
            let pairs = |input: ParseStream<'_>| parse_pairs(input, arguments, errors);
            pairs.parse2(list)?;
        }
        Meaning::Mapping => {
            let list = list(argument, &name, input)?;
            let entries = |input: ParseStream<'_>| Mapping::parse(&name, input, errors);
            arguments.mapping = entries.parse2(list)?.map(|mapping| (name, mapping));
        }
        Meaning::Capture => {
            let list = list(argument, &name, input)?;
            if list.is_empty() {
                let parts = capture::usages(kind).join(", ");
                let message = format!("name what may be recorded: {parts}");
                return Err(syn::Error::new(name.span(), message));
            }
            let parts = |input: ParseStream<'_>| capture::parse(kind, input, errors);
            arguments.captured = parts.parse2(list)?;
        }
        Meaning::Usage => {
            value(input)?;
            arguments.usage_name = Some(name.clone());
            let words: Vec<&str> = Usage::WORDS.iter().map(|(word, _)| *word).collect();
            arguments.usage = if is_closure(input) || is_function(input, &words) {
                Usage::Read(Box::new(expression(input)?))
            } else {
                let position = word(argument.name, input, &words).map_err(with_closure)?;
                Usage::WORDS[position].1.clone()
            };
        }
        Meaning::ChunkEvents => {
            value(input)?;
            let count: LitInt = input.parse()?;
            let parsed = count.base10_parse().ok().filter(|count| *count <= MAX_CHUNK_EVENTS);
            let Some(parsed) = parsed else {
                let message =
                    format!("at most {MAX_CHUNK_EVENTS} events, which is what a span keeps");
                return Err(syn::Error::new(count.span(), message));
            };
            arguments.chunk_events = Some(parsed);
        }
        Meaning::OkIf => {
            value(input)?;
            arguments.ok_if = Some(reader(argument, input)?);
        }
        Meaning::ErrorType => {
            value(input)?;
            arguments.error_type = Some(reader(argument, input)?);
        }
        Meaning::Parent => {
            value(input)?;
            arguments.parent = Some(expression(input)?);
        }
        Meaning::Cancel => {
            value(input)?;
            word(argument.name, input, &["ok"])?;
            arguments.cancel_is_ok = true;
        }
        Meaning::Remote => {
            arguments.remote = Some(name);
            flag(argument, input)?;
        }
        Meaning::InProcess => {
            arguments.in_process = Some(name);
            flag(argument, input)?;
        }
    }
    Ok(())
}

/// What stands in the parentheses of an argument that is a list.
fn list(argument: &Argument, name: &Ident, input: ParseStream<'_>) -> syn::Result<TokenStream> {
    if input.peek(token::Paren) {
        return Ok(input.parse::<Group>()?.stream());
    }
    let message = format!("write {}: {}", argument.usage(), argument.summary);
    Err(syn::Error::new(name.span(), message))
}

/// Reads pairs to the end, whatever is wrong with some of them.
fn parse_pairs(
    input: ParseStream<'_>,
    arguments: &mut Arguments,
    errors: &mut Errors,
) -> syn::Result<()> {
    while !input.is_empty() {
        match parse_pair(input) {
            Ok(pair) => arguments.attributes.push(pair),
            Err(error) => {
                errors.push_error(error);
                skip_to_comma(input);
            }
        }
        comma(input, "attributes", errors)?;
    }
    Ok(())
}

/// What `usage` may be, besides its words.
fn with_closure(error: syn::Error) -> syn::Error {
    let message = error.to_string();
    // One who meant a word is told of that one.
    if message.ends_with('?') {
        return error;
    }
    syn::Error::new(error.span(), format!("{message}, or a closure: `|reply| Usage::new(…)`"))
}

/// A closure, or the path of a function.
fn reader(argument: &Argument, input: ParseStream<'_>) -> syn::Result<Expr> {
    if is_closure(input) || is_function(input, &[]) {
        return expression(input);
    }
    Err(input.error(format!("write {}: {}", argument.usage(), argument.summary)))
}

/// Whether this is the path of a function, and not one of these words or nearly one.
fn is_function(input: ParseStream<'_>, words: &[&str]) -> bool {
    let ahead = input.fork();
    let Ok(path) = ahead.parse::<ExprPath>() else { return false };
    let is_word = |name: &Ident| {
        words.contains(&&*name.to_string()) || !nearest(&name.to_string(), words).is_empty()
    };
    (ahead.is_empty() || ahead.peek(Token![,])) && !path.path.get_ident().is_some_and(is_word)
}

pub(crate) fn is_closure(input: ParseStream<'_>) -> bool {
    input.peek(Token![|]) || input.peek(Token![||]) || input.peek(Token![move])
}

fn flag(argument: &Argument, input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    Err(input.error(format!("{} stands alone: {}", argument.usage(), argument.summary)))
}

pub(crate) fn parse_pair(input: ParseStream<'_>) -> syn::Result<Pair> {
    if !input.peek(LitStr) {
        return Err(input.error("an attribute is written `\"namespace.key\" = value`"));
    }
    let key = input.parse()?;
    input.parse::<Token![=]>()?;
    Ok(Pair { key, value: expression(input)? })
}

/// An expression, without the invisible group that a macro by example puts around it.
pub(crate) fn expression(input: ParseStream<'_>) -> syn::Result<Expr> {
    let mut expression = input.parse()?;
    while let Expr::Group(group) = expression {
        expression = *group.expr;
    }
    Ok(expression)
}

fn all(kind: Kind) -> impl Iterator<Item = &'static Argument> {
    kind.arguments().iter().chain(table::COMMON)
}

fn find(kind: Kind, name: &Ident) -> Option<&'static Argument> {
    all(kind).find(|argument| name == argument.name)
}

fn unknown(kind: Kind, name: &Ident) -> String {
    let name = name.to_string();
    let names: Vec<&str> = all(kind).map(|argument| argument.name).collect();
    let hint = match nearest(&name, &names).as_slice() {
        [] => format!("it takes {}", usages(kind)),
        near => format!("did you mean {}?", near.join(" or ")),
    };
    format!("`#[{}]` has no argument `{name}`; {hint}", kind.name())
}

fn usages(kind: Kind) -> String {
    let usages: Vec<String> = all(kind).map(Argument::usage).collect();
    match kind.leading() {
        Some(leading) => format!("{leading}, {}", usages.join(", ")),
        None => usages.join(", "),
    }
}

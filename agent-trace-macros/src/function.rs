//! The annotated function: its signature parsed, its body left as the tokens it was written in.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, FnArg, LitStr, ReturnType, Signature, Token, Type, Visibility};

use crate::parameters::name;
use crate::types::{OpaqueStream, associated, opaque_stream, ungrouped_type, without_impl};

/// A function with a body.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) defaultness: Option<Token![default]>,
    pub(crate) signature: Signature,
    /// The braces with what they hold, save for inner attributes, which moved to `attributes`.
    pub(crate) body: Group,
}

/// How a function's body is run.
pub(crate) enum Body {
    /// `async fn`.
    Async,
    /// A plain function that does nothing but make a future: `async move { … }`, or the same in
    /// `Box::pin(…)`, as `#[async_trait]` writes it.
    MakesFuture(FutureBody),
    /// Any other plain function.
    Plain,
}

/// The one expression of a function that makes a future, in parts.
pub(crate) struct FutureBody {
    /// What stands before the block, like `async move`.
    pub(crate) before: TokenStream,
    pub(crate) block: Group,
    /// The call around it, like `Box::pin`, with its parentheses.
    around: Option<(TokenStream, Group)>,
}

impl Function {
    /// Parses all but the body, which would have to be read token by token for nothing.
    pub(crate) fn parse(item: TokenStream) -> syn::Result<Self> {
        let mut tokens: Vec<TokenTree> = item.into_iter().collect();
        let body = match tokens.last() {
            Some(TokenTree::Group(group)) => Some(ungrouped(group.clone())),
            _ => None,
        };
        let body = body.filter(|body| body.delimiter() == Delimiter::Brace);
        if body.is_some() {
            tokens.pop();
        }
        let parser = |input: ParseStream<'_>| Self::parse_head(input, body);
        parser.parse2(tokens.into_iter().collect())
    }

    fn parse_head(input: ParseStream<'_>, body: Option<Group>) -> syn::Result<Self> {
        let mut attributes = input.call(Attribute::parse_outer)?;
        let visibility: Visibility = input.parse()?;
        let defaultness: Option<Token![default]> = input.parse()?;
        require_function(input)?;
        let signature: Signature = input.parse()?;
        if let Some(constness) = &signature.constness {
            return Err(syn::Error::new_spanned(
                constness,
                "a `const fn` cannot be traced: nothing can be recorded while compiling; remove \
                 `const`, or annotate the function that calls this one",
            ));
        }
        if input.peek(Token![;]) {
            return Err(syn::Error::new(
                signature.ident.span(),
                "this method has no body to trace; annotate the methods of the `impl` blocks, or \
                 give it a default body",
            ));
        }
        let Some(body) = body.filter(|_| input.is_empty()) else {
            return Err(input.error("expected the function's body"));
        };
        let (inner, body) = take_inner_attributes(body)?;
        attributes.extend(inner);
        Ok(Self { attributes, visibility, defaultness, signature, body })
    }
}

/// The group itself where a macro by example has put an invisible one around it.
fn ungrouped(group: Group) -> Group {
    let mut inside = group.stream().into_iter();
    match (group.delimiter(), inside.next(), inside.next()) {
        (Delimiter::None, Some(TokenTree::Group(inner)), None) => ungrouped(inner),
        _ => group,
    }
}

/// Says what to do where the item is something else than a function.
fn require_function(input: ParseStream<'_>) -> syn::Result<()> {
    let hint =
        if input.peek(Token![struct]) || input.peek(Token![enum]) || input.peek(Token![union]) {
            "a type cannot be traced; annotate its methods"
        } else if input.peek(Token![impl]) || input.peek(Token![trait]) || input.peek(Token![mod]) {
            "annotate the functions inside, one by one"
        } else if input.peek(Token![static])
            || input.peek(Token![let])
            || input.peek(Token![type])
            || input.peek(Token![use])
            || (input.peek(Token![const]) && !is_function_modifier(input))
        {
            "only functions can be traced"
        } else {
            return Ok(());
        };
    Err(input.error(format!("this goes on a function; {hint}")))
}

fn is_function_modifier(input: ParseStream<'_>) -> bool {
    [input.peek2(Token![fn]), input.peek2(Token![async]), input.peek2(Token![unsafe])]
        .contains(&true)
        || input.peek2(Token![extern])
}

/// Splits `#![…]` at the beginning of a body from the rest: on a nested block they would not be
/// allowed.
fn take_inner_attributes(body: Group) -> syn::Result<(Vec<Attribute>, Group)> {
    let mut tokens = body.stream().into_iter();
    let is_there = |token: Option<TokenTree>, character: char| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character);
    if !(is_there(tokens.next(), '#') && is_there(tokens.next(), '!')) {
        return Ok((Vec::new(), body));
    }
    let parser = |input: ParseStream<'_>| {
        let mut attributes = input.call(Attribute::parse_inner)?;
        for attribute in &mut attributes {
            attribute.style = syn::AttrStyle::Outer;
        }
        Ok((attributes, input.parse::<TokenStream>()?))
    };
    let (attributes, rest) = parser.parse2(body.stream())?;
    let mut without = Group::new(Delimiter::Brace, rest);
    without.set_span(body.span());
    Ok((attributes, without))
}

impl Function {
    pub(crate) fn body(&self) -> Body {
        if self.signature.asyncness.is_some() {
            return Body::Async;
        }
        match future_body(self.body.stream()) {
            Some(body) => Body::MakesFuture(body),
            None => Body::Plain,
        }
    }

    /// The type that the body evaluates to, with `_` for every `impl Trait`.
    pub(crate) fn output(&self) -> Output {
        match &self.signature.output {
            ReturnType::Default => Output::Type(quote!(())),
            ReturnType::Type(_, ty) if matches!(ungrouped_type(ty), Type::Never(_)) => {
                Output::Never
            }
            ReturnType::Type(_, ty) => Output::Type(without_impl(ty)),
        }
    }

    /// What a returned future evaluates to, where the signature says it.
    pub(crate) fn future_output(&self) -> Option<TokenStream> {
        let ReturnType::Type(_, ty) = &self.signature.output else { return None };
        match ungrouped_type(ty) {
            Type::ImplTrait(bounds) => {
                let output = associated(&bounds.bounds, is_future, "Output")?;
                Some(without_impl(output))
            }
            Type::Never(_) => None,
            named => {
                let named = without_impl(named);
                Some(quote!(<#named as ::core::future::Future>::Output))
            }
        }
    }

    /// A stream that the function returns as `impl Stream`, alone or in a `Result`.
    pub(crate) fn opaque_stream(&self) -> Option<OpaqueStream> {
        let ReturnType::Type(_, ty) = &self.signature.output else { return None };
        let output = match ungrouped_type(ty) {
            Type::ImplTrait(bounds) => {
                associated(&bounds.bounds, is_future, "Output").unwrap_or(ty)
            }
            _ => ty,
        };
        opaque_stream(output, false)
    }

    /// Whether the function returns `impl Trait`.
    pub(crate) fn returns_impl(&self) -> bool {
        matches!(&self.signature.output, ReturnType::Type(_, ty)
            if matches!(ungrouped_type(ty), Type::ImplTrait(_)))
    }

    /// Where errors about the returned type belong.
    pub(crate) fn output_span(&self) -> Span {
        use syn::spanned::Spanned;
        match &self.signature.output {
            ReturnType::Default => self.signature.ident.span(),
            ReturnType::Type(_, ty) => ty.span(),
        }
    }

    /// The function up to its body.
    pub(crate) fn head(&self) -> TokenStream {
        let Self { attributes, visibility, defaultness, signature, .. } = self;
        quote!(#(#attributes)* #visibility #defaultness #signature)
    }

    /// An attribute for a function whose body becomes a block that may yield a future. The lint is about
    /// blocks, and would take the body for one that the user has written.
    pub(crate) fn allowance(&self) -> Option<TokenStream> {
        self.may_yield_future().then(|| quote!(#[allow(clippy::async_yields_async)]))
    }

    /// Whether what an `async fn` returns looks like a future.
    fn may_yield_future(&self) -> bool {
        fn looks_so(tokens: TokenStream) -> bool {
            tokens.into_iter().any(|token| match token {
                TokenTree::Ident(name) => {
                    let name = name.to_string();
                    name.ends_with("Future") || name == "JoinHandle"
                }
                TokenTree::Group(group) => looks_so(group.stream()),
                _ => false,
            })
        }
        looks_so(self.signature.output.to_token_stream())
    }

    /// Whether an `async fn` can be written as the function that it stands for: one that returns a future.
    /// An attribute that is still to come may be a macro that wants to see `async`, or mean the output.
    pub(crate) fn is_plainly_async(&self) -> bool {
        self.signature.asyncness.is_some()
            && matches!(self.output(), Output::Type(_))
            && self.attributes.iter().all(is_inert)
            && !self.has_conditional_argument()
    }

    /// Whether there is an argument that may not be there.
    pub(crate) fn has_conditional_argument(&self) -> bool {
        self.signature.inputs.iter().any(is_conditional)
    }

    /// The names of the arguments that are nothing but a name.
    pub(crate) fn argument_names(&self) -> Vec<Ident> {
        let inputs = self.signature.inputs.iter();
        inputs
            .filter(|argument| !is_conditional(argument))
            .filter_map(|argument| match argument {
                FnArg::Typed(argument) => name(argument).cloned(),
                FnArg::Receiver(_) => None,
            })
            .collect()
    }

    /// The names of the function's type parameters.
    pub(crate) fn type_parameters(&self) -> Vec<String> {
        self.signature.generics.type_params().map(|parameter| parameter.ident.to_string()).collect()
    }

    /// The function's name without `r#`, at its place.
    pub(crate) fn name_literal(&self) -> LitStr {
        let name = self.signature.ident.unraw().to_string();
        LitStr::new(&name, self.signature.ident.span())
    }
}

fn is_future(name: &Ident) -> bool {
    name == "Future"
}

/// Attributes that neither expand to something else nor say anything of what a function returns.
const INERT: &[&str] =
    &["allow", "cfg", "cold", "deny", "deprecated", "doc", "expect", "forbid", "inline", "warn"];

fn is_inert(attribute: &Attribute) -> bool {
    let path = attribute.path();
    INERT.iter().any(|name| path.is_ident(name))
}

/// Whether an argument may not be there.
pub(crate) fn is_conditional(argument: &FnArg) -> bool {
    let attributes = match argument {
        FnArg::Receiver(receiver) => &receiver.attrs,
        FnArg::Typed(argument) => &argument.attrs,
    };
    attributes.iter().any(|attribute| attribute.path().is_ident("cfg"))
}

/// What a function's body evaluates to.
pub(crate) enum Output {
    Type(TokenStream),
    /// `!`, which cannot be named as a type argument on stable.
    Never,
}

impl Output {
    /// The type as it can be named.
    pub(crate) fn as_type(&self) -> TokenStream {
        match self {
            Self::Type(output) => output.clone(),
            Self::Never => quote!(::core::convert::Infallible),
        }
    }
}

/// Whether a name stands anywhere in the tokens.
pub(crate) fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}

/// Reads a body that is one future expression and nothing else.
fn future_body(body: TokenStream) -> Option<FutureBody> {
    let tokens: Vec<TokenTree> = body.into_iter().collect();
    if let Some((before, block)) = async_block(&tokens) {
        return Some(FutureBody { before, block, around: None });
    }
    let (TokenTree::Group(arguments), path) = tokens.split_last()? else { return None };
    let is_path = path.iter().all(|token| match token {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == ':',
        _ => false,
    });
    let is_pin = matches!(path.last(), Some(TokenTree::Ident(name)) if name == "pin");
    let is_boxed =
        path.iter().any(|token| matches!(token, TokenTree::Ident(name) if name == "Box"));
    if !(is_path && is_pin && is_boxed && arguments.delimiter() == Delimiter::Parenthesis) {
        return None;
    }
    let inside: Vec<TokenTree> = arguments.stream().into_iter().collect();
    let (before, block) = async_block(&inside)?;
    let path = path.iter().cloned().collect();
    Some(FutureBody { before, block, around: Some((path, arguments.clone())) })
}

/// `async { … }` or `async move { … }`
fn async_block(tokens: &[TokenTree]) -> Option<(TokenStream, Group)> {
    let (TokenTree::Group(block), before) = tokens.split_last()? else { return None };
    let words: Vec<&Ident> = before
        .iter()
        .map(|token| if let TokenTree::Ident(word) = token { Some(word) } else { None })
        .collect::<Option<_>>()?;
    let is_async = match words.as_slice() {
        [first] => *first == "async",
        [first, second] => *first == "async" && *second == "move",
        _ => false,
    };
    (is_async && block.delimiter() == Delimiter::Brace)
        .then(|| (before.iter().cloned().collect(), block.clone()))
}

impl FutureBody {
    /// The call that was around the future, around another one.
    pub(crate) fn around(&self, future: TokenStream) -> TokenStream {
        match &self.around {
            None => future,
            Some((path, arguments)) => {
                let mut arguments_again = Group::new(Delimiter::Parenthesis, future);
                arguments_again.set_span(arguments.span());
                let mut call = path.clone();
                arguments_again.to_tokens(&mut call);
                call
            }
        }
    }
}

//! `#[derive(Capture)]`: the fields of a type as JSON, but for those that say otherwise.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Field, Generics, Item, LitInt, Member, Path, Token, Type};

use crate::args::{each_key, skip_to_comma};
use crate::diagnostics::Errors;
use crate::nearest::nearest;

/// What is done with a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Treatment {
    Whole,
    Skipped,
    Masked,
    Bounded(usize),
}

/// The keys of fields, and how they are written.
const FIELD_KEYS: &[(&str, &str)] = &[
    ("skip", "`skip`, which leaves the field out"),
    ("mask", "`mask`, which says that there is a value and not which one"),
    ("max_bytes", "`max_bytes = 1024`, which cuts what is longer"),
];

/// Derives the trait. With errors, an `impl` that captures nothing stands beside them: one mistake is one
/// message.
pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let item = match syn::parse2(item) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    let (name, generics, attributes) = match &item {
        Item::Struct(item) => (&item.ident, &item.generics, &item.attrs),
        Item::Enum(item) => (&item.ident, &item.generics, &item.attrs),
        other => {
            let message = "`Capture` is derived for a struct or an enum";
            return syn::Error::new_spanned(other, message).into_compile_error();
        }
    };
    let runtime = crate_path(attributes, &mut errors);
    let runtime = runtime.map_or_else(|| quote!(::agent_trace_runtime), |path| quote!(#path));
    let mut captured: Vec<Type> = Vec::new();
    let body = match &item {
        Item::Struct(item) => {
            let fields: Vec<_> = treated(&item.fields, &mut errors, &mut captured)
                .map(|(member, treatment, ty)| {
                    let place = place(ty);
                    Treated {
                        key: key(&member),
                        value: quote_spanned!(place=> &self.#member),
                        treatment,
                        place,
                    }
                })
                .collect();
            of_fields(&fields, &item.fields, &runtime)
        }
        Item::Enum(item) => {
            let arms = item.variants.iter().map(|variant| {
                refuse(&variant.attrs, "a variant has no keys; they go above its fields", &mut errors);
                let fields: Vec<(Member, Treatment, &Type)> =
                    treated(&variant.fields, &mut errors, &mut captured).collect();
                let binding = |member: &Member| {
                    Ident::new(&format!("field_{}", key(member)), Span::mixed_site())
                };
                let patterns = fields.iter().map(|(member, ..)| {
                    let binding = binding(member);
                    quote!(#member: #binding)
                });
                let values: Vec<Treated> = fields
                    .iter()
                    .map(|(member, treatment, ty)| {
                        let (binding, place) = (binding(member), place(ty));
                        Treated {
                            key: key(member),
                            value: quote_spanned!(place=> #binding),
                            treatment: *treatment,
                            place,
                        }
                    })
                    .collect();
                let (variant_name, text) = (&variant.ident, variant.ident.unraw().to_string());
                let value = if variant.fields.is_empty() {
                    quote!(#runtime::content::Capture::capture(#text))
                } else {
                    let inner = of_fields(&values, &variant.fields, &runtime);
                    quote!(#runtime::__private::captured::arguments().field(#text, &#inner).finish())
                };
                quote!(#name::#variant_name { #(#patterns,)* .. } => #value)
            });
            let arms: Vec<TokenStream> = arms.collect();
            if arms.is_empty() { quote!(match *self {}) } else { quote!(match self { #(#arms,)* }) }
        }
        _ => TokenStream::new(),
    };
    let body = if errors.is_empty() {
        body
    } else {
        quote!(#runtime::__private::captured::arguments().finish())
    };
    let generics = bounded(generics, &captured, &runtime);
    let (parameters, arguments, conditions) = generics.split_for_impl();
    let errors = (!errors.is_empty()).then(|| errors.into_compile_errors());
    quote! {
        #[automatically_derived]
        impl #parameters #runtime::content::Capture for #name #arguments #conditions {
            fn capture(&self) -> #runtime::__private::captured::Json {
                #body
            }
        }
        #errors
    }
}

/// A field with where its value is.
struct Treated {
    key: String,
    value: TokenStream,
    treatment: Treatment,
    place: Span,
}

/// The fields that are not skipped; `captured` gets the types of those that are looked at.
fn treated<'a>(
    fields: &'a syn::Fields,
    errors: &mut Errors,
    captured: &mut Vec<Type>,
) -> impl Iterator<Item = (Member, Treatment, &'a Type)> {
    let treated: Vec<_> = fields
        .members()
        .zip(fields)
        .map(|(member, field)| (member, treatment(field, errors), &field.ty))
        .filter(|(_, treatment, _)| *treatment != Treatment::Skipped)
        .collect();
    let looked_at = treated.iter().filter(|(_, treatment, _)| *treatment != Treatment::Masked);
    captured.extend(looked_at.map(|(.., ty)| (*ty).clone()));
    treated.into_iter()
}

/// One field without a name is what the whole is; several are an object.
fn of_fields(treated: &[Treated], fields: &syn::Fields, runtime: &TokenStream) -> TokenStream {
    let captured = quote!(#runtime::__private::captured);
    if let (syn::Fields::Unnamed(unnamed), [field]) = (fields, treated)
        && unnamed.unnamed.len() == 1
    {
        let Treated { value, treatment, place, .. } = field;
        return match treatment {
            Treatment::Masked => quote_spanned!(*place=> #captured::masked(#value)),
            Treatment::Bounded(most) => quote_spanned!(*place=> #captured::bounded(#value, #most)),
            _ => quote_spanned!(*place=> #runtime::content::Capture::capture(#value)),
        };
    }
    let entries = treated.iter().map(|Treated { key, value, treatment, place }| match treatment {
        Treatment::Masked => quote_spanned!(*place=> .masked(#key, #value)),
        Treatment::Bounded(most) => quote_spanned!(*place=> .bounded(#key, #value, #most)),
        _ => quote_spanned!(*place=> .field(#key, #value)),
    });
    quote!(#captured::arguments() #(#entries)* .finish())
}

fn key(member: &Member) -> String {
    match member {
        Member::Named(name) => name.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

/// What the attribute of a field says.
fn treatment(field: &Field, errors: &mut Errors) -> Treatment {
    let mut treatment = Treatment::Whole;
    let mut said: Option<Ident> = None;
    each_key("capture", &field.attrs, "skip", errors, |name, input, errors| {
        let read = match name.to_string().as_str() {
            "skip" => Treatment::Skipped,
            "mask" => Treatment::Masked,
            "max_bytes" => {
                if input.parse::<Option<Token![=]>>()?.is_none() {
                    return Err(syn::Error::new(name.span(), "write `max_bytes = 1024`"));
                }
                Treatment::Bounded(input.parse::<LitInt>()?.base10_parse()?)
            }
            other => {
                errors.push(name.span(), unknown(other));
                skip_to_comma(input);
                return Ok(());
            }
        };
        if let Some(first) = &said {
            let message = format!("a field has one key, and this one has `{first}` already");
            errors.push(name.span(), message);
            return Ok(());
        }
        treatment = read;
        said = Some(name);
        Ok(())
    });
    treatment
}

fn unknown(name: &str) -> String {
    let names: Vec<&str> = FIELD_KEYS.iter().map(|(name, _)| *name).collect();
    let hint = match nearest(name, &names).as_slice() {
        [] => {
            let usages: Vec<&str> = FIELD_KEYS.iter().map(|(_, usage)| *usage).collect();
            format!("above a field it takes {}", usages.join("; "))
        }
        near => format!("did you mean {}?", near.join(" or ")),
    };
    format!("`#[capture]` has no key `{name}`; {hint}")
}

/// `#[capture(crate = path)]` above the type.
fn crate_path(attributes: &[Attribute], errors: &mut Errors) -> Option<Path> {
    let mut path = None;
    each_key("capture", attributes, "crate = path", errors, |name, input, errors| {
        if name == "crate" {
            if input.parse::<Option<Token![=]>>()?.is_none() {
                return Err(syn::Error::new(name.span(), "write `crate = path`"));
            }
            path = Some(input.call(Path::parse_mod_style)?);
            return Ok(());
        }
        let is_of_field = FIELD_KEYS.iter().any(|(known, _)| name == *known);
        let message = if is_of_field {
            format!("`{name}` is about a field: write `#[capture({name})]` above that field")
        } else {
            format!("`#[capture]` has no key `{name}`; above a type it takes `crate = path`")
        };
        errors.push(name.span(), message);
        skip_to_comma(input);
        Ok(())
    });
    path
}

fn refuse(attributes: &[Attribute], message: &str, errors: &mut Errors) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("capture")) {
        errors.push_error(syn::Error::new_spanned(attribute.path(), message));
    }
}

/// The place of a type, where errors about it belong.
fn place(ty: &Type) -> Span {
    Span::call_site().located_at(ty.span())
}

/// The generics, with what is asked of types that depend on them.
fn bounded(generics: &Generics, captured: &[Type], runtime: &TokenStream) -> Generics {
    let mut bounded = generics.clone();
    for ty in captured {
        if mentions_parameter(ty.to_token_stream(), generics)
            && let Ok(condition) = syn::parse2(quote!(#ty: #runtime::content::Capture))
        {
            bounded.make_where_clause().predicates.push(condition);
        }
    }
    bounded
}

fn mentions_parameter(tokens: TokenStream, generics: &Generics) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(name) => generics.type_params().any(|parameter| parameter.ident == name),
        TokenTree::Group(group) => mentions_parameter(group.stream(), generics),
        _ => false,
    })
}

//! `#[derive(InferenceResponse)]`: from the marked fields of a type to the getters of the trait.

mod check;
mod expand;
pub(crate) mod keys;
mod parse;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Field, Generics, Item, Member, Path, Type};

use crate::diagnostics::Errors;
#[cfg(test)]
pub(crate) use keys::{FIELD_KEYS, TYPE_KEYS};
use keys::{Key, Meaning};

/// What is said of the type as a whole.
#[derive(Default)]
struct Options {
    crate_path: Option<Path>,
    /// `cached = apart`, at the place where it was written.
    cached_apart: Option<Ident>,
}

impl Options {
    fn runtime(&self) -> TokenStream {
        match &self.crate_path {
            Some(path) => quote!(#path),
            None => quote!(::agent_trace_runtime),
        }
    }
}

/// A field with a key.
struct Marked {
    key: &'static Key,
    /// The key, as it was written.
    name: Ident,
    member: Member,
    ty: Type,
}

/// A variant, with the field that tells for it.
struct Variant {
    name: Ident,
    member: Member,
    ty: Type,
}

/// What the getters read.
enum Source {
    Fields(Vec<Marked>),
    Variants(Vec<Variant>),
}

/// Derives the trait. With errors, an `impl` that tells nothing stands beside them: one mistake is one
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
        Item::Union(item) => (&item.ident, &item.generics, &item.attrs),
        other => {
            let message = "`InferenceResponse` is derived for a struct or an enum";
            return syn::Error::new_spanned(other, message).into_compile_error();
        }
    };
    let options = parse::options(attributes, &mut errors);
    let source = match &item {
        Item::Struct(item) => Some(fields(name, &item.fields, &options, &mut errors)),
        Item::Enum(item) => Some(variants(item, &options, &mut errors)),
        _ => {
            let message = "a union does not say which of its fields is there; derive \
                           `InferenceResponse` for a struct or an enum";
            errors.push(name.span(), message);
            None
        }
    };
    let derived = Derived { name, generics, runtime: options.runtime() };
    match source {
        Some(Source::Fields(fields)) if errors.is_empty() => {
            derived.of_fields(&fields, options.cached_apart.is_some())
        }
        Some(Source::Variants(variants)) if errors.is_empty() => derived.of_variants(&variants),
        _ => {
            let silent = derived.silent();
            let errors = errors.into_compile_errors();
            quote!(#silent #errors)
        }
    }
}

/// The type that gets the trait.
struct Derived<'a> {
    name: &'a Ident,
    generics: &'a Generics,
    runtime: TokenStream,
}

fn fields(name: &Ident, fields: &syn::Fields, options: &Options, errors: &mut Errors) -> Source {
    let marked: Vec<Marked> = members(fields)
        .filter_map(|(member, field)| {
            let (key, name) = parse::key(&field.attrs, errors)?;
            Some(Marked { key, name, member, ty: field.ty.clone() })
        })
        .collect();
    check::check_fields(name, &marked, options, errors);
    Source::Fields(marked)
}

fn variants(item: &syn::ItemEnum, options: &Options, errors: &mut Errors) -> Source {
    check::check_enum(item, options, errors);
    let variants = item.variants.iter().filter_map(|variant| {
        parse::refuse_on_variant(&variant.attrs, errors);
        let fields: Vec<(Member, &Field)> = members(&variant.fields).collect();
        let mut told = Vec::new();
        for (member, field) in &fields {
            let Some((key, name)) = parse::key(&field.attrs, errors) else { continue };
            if key.meaning == Meaning::Flatten {
                told.push((member, *field));
            } else {
                let message = format!(
                    "a variant tells what one of its fields tells: give `{}` to the type of that \
                     field, which derives `InferenceResponse` too",
                    key.name
                );
                errors.push(name.span(), message);
            }
        }
        let (member, field) = match (&*told, &*fields) {
            ([one], _) => *one,
            ([], [(member, field)]) => (member, *field),
            _ => {
                let message = check::variant_problem(&variant.ident, fields.len(), told.len());
                errors.push(variant.ident.span(), message);
                return None;
            }
        };
        let (member, ty) = (member.clone(), field.ty.clone());
        Some(Variant { name: variant.ident.clone(), member, ty })
    });
    Source::Variants(variants.collect())
}

fn members(fields: &syn::Fields) -> impl Iterator<Item = (Member, &Field)> {
    fields.members().zip(fields)
}

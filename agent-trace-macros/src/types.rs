//! Return types: as they can stand inside of a body, and what they say of streams.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{GenericArgument, Path, PathArguments, ReturnType, Type, TypeParamBound, TypePath};

/// The type itself where a macro by example has put an invisible group around it.
pub(crate) fn ungrouped_type(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped_type(&group.elem),
        other => other,
    }
}

/// An `impl Stream`, or what may be one.
pub(crate) struct OpaqueStream {
    pub(crate) is_within: bool,
    /// Whether it stands in `Pin<Box<…>>`.
    pub(crate) is_pinned: bool,
    /// The type of its items, where it is written.
    pub(crate) item: Option<TokenStream>,
}

/// `impl Trait`, pinned in a box or not, or a path whose first argument is.
pub(crate) fn opaque_stream(ty: &Type, is_within: bool) -> Option<OpaqueStream> {
    let pinned = first_argument(ty, "Pin").and_then(|pinned| first_argument(pinned, "Box"));
    match ungrouped_type(pinned.unwrap_or(ty)) {
        Type::ImplTrait(bounds) => {
            // A stream may have another name; but iterators, which have items too, are many, and within
            // a `Result` the error of what is no stream would not be found.
            let may_be_stream = |name: &Ident| {
                let name = name.to_string();
                matches!(&*name, "Stream" | "FusedStream")
                    || !(is_within || name.ends_with("Iterator"))
            };
            let item = associated(&bounds.bounds, may_be_stream, "Item").map(without_impl);
            Some(OpaqueStream { is_within, is_pinned: pinned.is_some(), item })
        }
        Type::Path(path) if !is_within && pinned.is_none() => opaque_stream(first_of(path)?, true),
        _ => None,
    }
}

/// `T` of a path that ends with `name<T>`.
fn first_argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ungrouped_type(ty) else { return None };
    (path.path.segments.last()?.ident == name).then(|| first_of(path))?
}

fn first_of(path: &TypePath) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// `T` of `Future<Output = T>`, and the like.
pub(crate) fn associated<'a>(
    bounds: impl IntoIterator<Item = &'a TypeParamBound>,
    is_of: impl Fn(&Ident) -> bool,
    name: &str,
) -> Option<&'a Type> {
    bounds.into_iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let segment = bound.path.segments.last().filter(|segment| is_of(&segment.ident))?;
        let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
        arguments.args.iter().find_map(|argument| match argument {
            GenericArgument::AssocType(associated) if associated.ident == name => {
                Some(&associated.ty)
            }
            _ => None,
        })
    })
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
        Type::TraitObject(object) => object.bounds.iter_mut().for_each(replace_impl_in_bound),
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(replace_impl),
        Type::Path(path) => replace_impl_in_path(&mut path.path),
        _ => {}
    }
}

fn replace_impl_in_bound(bound: &mut TypeParamBound) {
    if let TypeParamBound::Trait(bound) = bound {
        replace_impl_in_path(&mut bound.path);
    }
}

fn replace_impl_in_path(path: &mut Path) {
    for segment in &mut path.segments {
        match &mut segment.arguments {
            PathArguments::None => {}
            PathArguments::AngleBracketed(arguments) => {
                for argument in &mut arguments.args {
                    match argument {
                        GenericArgument::Type(ty) => replace_impl(ty),
                        GenericArgument::AssocType(associated) => {
                            replace_impl(&mut associated.ty);
                        }
                        _ => {}
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
